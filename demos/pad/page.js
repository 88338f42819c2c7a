// The page: a paper to draw on, the 16×16 pixels the networks see, and their answers, live.

const data = JSON.parse(document.getElementById("data").textContent);
const words = data.words, networks = unpack(data.networks);
const $ = (id) => document.getElementById(id);
const DIGITS = [...Array(10).keys()];
const SIZE = 320, STEP = 10, DOT = 40, LINE = 18; // the paper, in its own units

let strokes = [], pixels = new Uint8Array(SIDE * SIDE), label = null;
let pen = { x: SIZE / 2, y: SIZE / 2, down: false, shown: false };

/** Each network's ten probabilities for 256 pixels. */
function answer(pixels) {
  return Object.fromEntries(networks.map(({ name, layers }) => [name, [...predict(layers, pixels)]]));
}

const best = (p) => p.indexOf(Math.max(...p));
const percent = (p) => `${(100 * p).toFixed(p > .9995 || p < .0005 ? 0 : 1)}%`;
const count = (n) => n.toLocaleString("en");
const power = (x) => x.toExponential(1).replace(/e-(\d+)/,
  (_, digits) => ` × 10⁻${[...digits].map((d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]).join("")}`);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);

// ------------------------------------------------------------------------------- what is shown

function colour(name) { return getComputedStyle(document.body).getPropertyValue(name).trim(); }

function drawPaper() {
  const paint = $("paper").getContext("2d");
  paint.setTransform(2, 0, 0, 2, 0, 0);
  paint.clearRect(0, 0, SIZE, SIZE);
  paint.strokeStyle = paint.fillStyle = colour("--ink");
  Object.assign(paint, { lineWidth: LINE, lineCap: "round", lineJoin: "round" });
  if (label !== null) pixels.forEach((p, i) => {
    const cell = SIZE / SIDE;
    if (p) paint.fillRect((i % SIDE) * cell, Math.floor(i / SIDE) * cell, cell, cell);
  });
  for (const stroke of strokes) {
    paint.beginPath();
    stroke.forEach(([x, y], i) => paint[i ? "lineTo" : "moveTo"](x, y));
    if (stroke.length === 1) paint.lineTo(...stroke[0]);
    paint.stroke();
  }
  if (!pen.shown) return;
  paint.lineWidth = 3;
  paint.strokeStyle = colour("--accent");
  paint.beginPath();
  paint.arc(pen.x, pen.y, pen.down ? LINE / 2 : LINE, 0, 7);
  paint.stroke();
}

function drawSeen() {
  const paint = $("seen").getContext("2d"), cell = 320 / SIDE;
  paint.clearRect(0, 0, 320, 320);
  paint.fillStyle = colour("--ink");
  pixels.forEach((p, i) => {
    if (p) paint.fillRect((i % SIDE) * cell, Math.floor(i / SIDE) * cell, cell - 1, cell - 1);
  });
}

function drawAnswers() {
  const empty = !pixels.some(Boolean), answers = answer(pixels);
  DIGITS.forEach((digit) => networks.forEach(({ name }, n) => {
    const cell = $("answers").tBodies[0].rows[digit].cells[n + 1], p = answers[name][digit];
    cell.textContent = empty ? "" : percent(p);
    cell.style.setProperty("--p", empty ? 0 : p);
    cell.classList.toggle("best", !empty && digit === best(answers[name]));
  }));
  return empty ? null : answers;
}

/** Show everything; `said` is whether to say the answer aloud too: not while a line is drawn. */
function show(said = true) {
  if (label === null) pixels = see(strokes, DOT);
  drawPaper();
  drawSeen();
  const answers = drawAnswers();
  if (!said) return;
  const parts = answers ? networks.map(({ name }) => fill(words.verdict, {
    network: words[name], digit: best(answers[name]), percent: percent(Math.max(...answers[name])),
  })) : [words.empty];
  if (label !== null) parts.push(fill(words.truth, { digit: label }));
  $("verdict").textContent = parts.join("\n");
}

let waiting = false;
function showSoon() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; show(false); });
}

// ------------------------------------------------------------------------------- pen and keys

function begin(x, y) {
  if (label !== null) [label, strokes] = [null, []];
  strokes.push([[x, y]]);
}

function place(event) {
  const box = $("paper").getBoundingClientRect(), scale = SIZE / box.width;
  return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
}

let drawing = false;
$("paper").addEventListener("pointerdown", (event) => {
  if (event.button) return;
  $("paper").setPointerCapture(event.pointerId);
  [drawing, pen.shown, pen.down] = [true, false, false];
  begin(...place(event));
  showSoon();
});
$("paper").addEventListener("pointermove", (event) => {
  if (!drawing) return;
  const all = event.getCoalescedEvents?.() ?? [];
  strokes.at(-1).push(...(all.length ? all : [event]).map(place));
  showSoon();
});
for (const end of ["pointerup", "pointercancel"])
  $("paper").addEventListener(end, () => { if (drawing) { drawing = false; show(); } });

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
$("paper").addEventListener("keydown", (event) => {
  const move = MOVES[event.key];
  if (move) {
    const inside = (v) => Math.max(STEP, Math.min(SIZE - STEP, v));
    pen.x = inside(pen.x + move[0] * STEP);
    pen.y = inside(pen.y + move[1] * STEP);
    if (pen.down) strokes.at(-1).push([pen.x, pen.y]);
  } else if (event.key === " ") {
    pen.down = !pen.down;
    if (pen.down) begin(pen.x, pen.y);
  } else if (event.key === "Escape") {
    return clear();
  } else return;
  event.preventDefault();
  pen.shown = true;
  show(!pen.down);
});
$("paper").addEventListener("blur", () => { pen.shown = pen.down = false; drawPaper(); });

function clear() {
  [strokes, label, pen.down] = [[], null, false];
  pixels = new Uint8Array(SIDE * SIDE);
  show();
}
$("clear").addEventListener("click", clear);
$("undo").addEventListener("click", () => {
  if (label !== null) return clear();
  strokes.pop();
  show();
});

// ------------------------------------------------------------------------------- held-out digits

const packed = bytes(data.images), labels = bytes(data.labels);
const heldOut = (i) => Uint8Array.from({ length: SIDE * SIDE },
  (_, k) => packed[i * SIDE * 2 + (k >> 3)] >> (7 - (k & 7)) & 1);

$("sample").addEventListener("click", () => {
  const i = Math.floor(Math.random() * labels.length);
  [strokes, pixels, label, pen.down] = [[], heldOut(i), labels[i], false];
  show();
});

/** Compare the page's answers to held-out digits with the library's, from number `from` on. */
function check(from = 0, to = labels.length) {
  let same = 0, largest = 0;
  for (let i = from; i < to; i++)
    networks.forEach(({ layers, library }) => {
      const ours = predict(layers, heldOut(i)), theirs = library.subarray(10 * i, 10 * i + 10);
      same += best(ours) === best(theirs);
      largest = Math.max(largest, ...ours.map((p, digit) => Math.abs(p - theirs[digit])));
    });
  return { same, largest, of: (to - from) * networks.length };
}

/** Check a few digits at a time, so that one can draw meanwhile. */
function checkSoon(from = 0, found = { same: 0, of: 0, largest: 0 }) {
  const to = Math.min(from + 20, labels.length), now = check(from, to);
  found = { same: found.same + now.same, of: found.of + now.of,
    largest: Math.max(found.largest, now.largest) };
  if (to < labels.length) return setTimeout(checkSoon, 0, to, found);
  const right = found.same === found.of && found.largest < 1e-5;
  $("check").textContent = fill(right ? words.checked : words.unchecked,
    { same: count(found.same), of: count(found.of), largest: power(found.largest) });
}

const head = $("answers").tHead.insertRow();
for (const text of ["", ...networks.map(({ name }) => words[name])]) {
  const cell = document.createElement("th");
  [cell.scope, cell.textContent] = ["col", text];
  head.append(cell);
}
for (const digit of DIGITS) {
  const row = $("answers").tBodies[0].insertRow(), cell = document.createElement("th");
  [cell.scope, cell.textContent] = ["row", digit];
  row.append(cell);
  for (const _ of networks) row.insertCell();
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => show(false));
show();
checkSoon();
