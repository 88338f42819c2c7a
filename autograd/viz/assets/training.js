// The loss over the steps of a training, and where in it we are.

const W = 1000, H = 100;
let scale;
function drawCurve() {
  const finite = story.losses.map(([, loss]) => Number(loss)).filter(Number.isFinite);
  const high = Math.max(...finite), low = Math.min(0, ...finite), last = story.losses.at(-1)[0] || 1;
  scale = (step, loss) => [(step / last) * W, H - 6 - ((loss - low) / (high - low || 1)) * (H - 12)];
  const line = document.createElementNS(SVG, "polyline"), mark = document.createElementNS(SVG, "path");
  line.setAttribute("points", story.losses.filter(([, loss]) => Number.isFinite(Number(loss))).map(([step, loss]) => scale(step, Number(loss)).join(",")).join(" "));
  mark.id = "mark";
  $("curve").replaceChildren(line, mark);
  $("curve").addEventListener("click", (e) => {
    const { left, width } = $("curve").getBoundingClientRect(), step = ((e.clientX - left) / width) * last;
    const near = story.frames.map((f, k) => [Math.abs(f.step - step), k]).sort((a, b) => a[0] - b[0])[0][1];
    show(near);
  });
}
function drawMark() {
  const [x, y] = scale(now().step, Number(lossOf(frame)));
  $("mark").setAttribute("d", `M${x},0V${H}M${x - 4},${y}h8`);
}
