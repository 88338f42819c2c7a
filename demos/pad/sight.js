// From pen strokes to the 16×16 pixels a network sees, prepared as its training digits were: the
// longer side becomes 20 pixels of 28, the mass of ink goes to the middle, the central 22×22 are
// resampled to 16×16, and a pixel is ink if at least half of it is. The pen is as wide as
// the lines of the training digits, at any size of drawing.

const SIDE = 16, BOX = 20, PEN = 2.8, CELL = 22 / SIDE, FINE = 5;

/** 256 pixels, 1 for ink; `strokes` are lists of points [x, y], `dot` is how small a box may be. */
function see(strokes, dot) {
  const points = strokes.flat(), pixels = new Uint8Array(SIDE * SIDE);
  if (!points.length) return pixels;
  const [x0, x1, y0, y1] = [0, 1].flatMap((axis) => {
    const places = points.map((p) => p[axis]);
    return [Math.min(...places), Math.max(...places)];
  });
  const scale = (BOX - PEN) / Math.max(x1 - x0, y1 - y0, dot);
  const lines = strokes.flatMap((stroke) => segments(stroke.map(
    ([x, y]) => [(x - (x0 + x1) / 2) * scale, (y - (y0 + y1) / 2) * scale])));

  const [cx, cy] = middle(lines);
  for (let row = 0; row < SIDE; row++)
    for (let column = 0; column < SIDE; column++) {
      let inked = 0;
      for (let i = 0; i < FINE; i++)
        for (let j = 0; j < FINE; j++)
          inked += inkAt(lines,
            cx + (column - SIDE / 2 + (j + .5) / FINE) * CELL,
            cy + (row - SIDE / 2 + (i + .5) / FINE) * CELL);
      pixels[row * SIDE + column] = inked >= FINE * FINE / 2 ? 1 : 0;
    }
  return pixels;
}

/** A stroke as lines from point to point; steps too short to matter are left out. */
function segments(stroke) {
  const lines = [];
  let last = stroke[0];
  stroke.forEach((p, i) => {
    const far = Math.hypot(p[0] - last[0], p[1] - last[1]) >= .3;
    if (!far && i < stroke.length - 1) return;
    lines.push([last, p]);
    last = p;
  });
  return lines;
}

function inkAt(lines, x, y) {
  for (const [[ax, ay], [bx, by]] of lines) {
    const dx = bx - ax, dy = by - ay, length = dx * dx + dy * dy;
    const along = length && Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length));
    if ((x - ax - along * dx) ** 2 + (y - ay - along * dy) ** 2 <= PEN * PEN / 4) return 1;
  }
  return 0;
}

/** Where the mass of the ink has its middle. */
function middle(lines) {
  let n = 0, sx = 0, sy = 0;
  for (let y = -BOX / 2; y <= BOX / 2; y += .5)
    for (let x = -BOX / 2; x <= BOX / 2; x += .5)
      if (inkAt(lines, x, y)) { n++; sx += x; sy += y; }
  return [sx / n, sy / n];
}
