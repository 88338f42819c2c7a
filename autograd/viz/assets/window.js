// Moving and enlarging the picture, and finding a node in it.

// A large picture is moved as it was painted, and without its text where that could not be read.
const LARGE = 200, READABLE = 0.3, NEAR = 0.8;
// While it moves, the painted picture is moved as it is; at rest it is painted anew.
let seen, painted, rest = null;
function see(next) {
  seen = next;
  if (view.nodes.length < LARGE) return settle();
  view.svg.style.willChange = "transform";
  const { width, height } = view.svg.parentNode.getBoundingClientRect();
  const [a, b] = [placed(painted ?? seen, width, height), placed(seen, width, height)], k = b.k / a.k;
  view.svg.style.transform = `translate(${b.x - a.x * k}px, ${b.y - a.y * k}px) scale(${k})`;
  clearTimeout(rest);
  rest = setTimeout(settle, 200);
}
// How a view box of this size lies in the window: the scale, and where its origin comes to lie.
function placed([x, y, w, h], width, height) {
  const k = Math.min(width / w, height / h);
  return { k, x: (width - w * k) / 2 - x * k, y: (height - h * k) / 2 - y * k };
}
function settle() {
  clearTimeout(rest);
  const { width, height } = view.svg.parentNode.getBoundingClientRect();
  view.svg.classList.toggle("far", view.nodes.length >= LARGE && placed(seen, width, height).k < READABLE);
  painted = seen;
  view.svg.style.transform = "";
  view.svg.setAttribute("viewBox", seen.join(" "));
}
function fit() { see([...view.home]); settle(); }
function zoom(factor, atX = 0.5, atY = 0.5) {
  const [x, y, w, h] = seen;
  see([x + w * (1 - factor) * atX, y + h * (1 - factor) * atY, w * factor, h * factor]);
}
function center(g) {
  settle();
  const { width, height } = view.svg.parentNode.getBoundingClientRect();
  const shown = Math.max(placed(seen, width, height).k, NEAR), [w, h] = [width / shown, height / shown];
  // From the node's own coordinates to those of the view box.
  const { a, e, f } = view.svg.getCTM().inverse().multiply(g.getCTM()), box = g.getBBox();
  const [x, y] = [a * (box.x + box.width / 2) + e, a * (box.y + box.height / 2) + f];
  see([x - w / 2, y - h / 2, w, h]);
  settle();
}

function find(text) {
  const wanted = text.trim().toLowerCase();
  const hits = view.nodes.filter((i) => wanted !== "" && called(i).toLowerCase().includes(wanted));
  for (const [i, g] of view.nodeOf) g.classList.toggle("found", hits.includes(i));
  if (hits.length) tell({ node: hits[0] });
  return hits;
}
