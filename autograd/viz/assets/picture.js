// The picture in view: Graphviz's SVG, made to answer, with the numbers of one moment in it.

function build(given) {
  if (given.svg instanceof Node) return given;
  const parsed = new DOMParser().parseFromString(given.svg, "image/svg+xml").documentElement;
  given.svg = document.adoptNode(parsed);
  given.says = story.says;
  given.svg.setAttribute("role", "group");
  if (given.nodes.length >= LARGE) given.svg.classList.add("far");
  const found = new Map([...given.svg.querySelectorAll("g[id]")].map((g) => [g.id, g]));
  given.nodeOf = new Map(given.nodes.map((i) => [i, found.get(`n${i}`)]));
  given.edgeOf = new Map(given.edges.map((e) => [e, found.get(`e${e}`)]));
  given.home = (({ x, y, width, height }) => [x, y, width, height])(given.svg.viewBox.baseVal);
  for (const [i, g] of given.nodeOf) {
    g.dataset.node = i; g.setAttribute("tabindex", "0");
    g.setAttribute("role", isLeaf(i) || given.opens[i] !== undefined ? "button" : "img");
    if (given.opens[i] !== undefined) g.setAttribute("aria-expanded", "false");
    if (node(i).kind === "op") [...g.getElementsByTagName("text")].slice(node(i).head).forEach((text) => text.setAttribute("class", "value"));
  }
  for (const i of Object.keys(given.closes)) {
    const g = found.get(`f${i}`);
    if (!g) continue;
    g.dataset.frame = i;
    for (const [key, value] of [["tabindex", "0"], ["role", "button"], ["aria-expanded", "true"], ["aria-label", node(i).name]]) g.setAttribute(key, value);
  }
  for (const [e, g] of given.edgeOf) g.dataset.edge = e;
  given.constantOf = given.constants.map((_, n) => found.get(`c${n}`));
  given.constantOf.forEach((g, n) => { g.dataset.constant = n; g.setAttribute("tabindex", "0"); g.setAttribute("role", "img"); });
  given.arriving = grouped(given.edges, (e) => story.edges[e].tail);
  given.leaving = grouped(given.edges, (e) => story.edges[e].head);
  return given;
}

function openView(index, focus) {
  const part = steps ? at / (steps.length || 1) : 0;
  view = build(story.views[index]);
  steps = [...view.nodes.filter((i) => !isLeaf(i)).map((i) => ({ node: i, edges: [] }))];
  known = new Map(view.nodes.map((i) => [i, isLeaf(i) ? 0 : Infinity]));
  steps.forEach((step, k) => known.set(step.node, k + 1));
  whole = new Map(view.nodes.map((i) => [i, node(i).root ? steps.length : Infinity]));
  sentAt = new Map();
  // Newest first: by then every message to a node has arrived.
  for (const i of view.nodes.toReversed()) {
    const edges = leaving(i).filter((e) => now().m[e]);
    if (!edges.length) continue;
    steps.push({ node: i, edges });
    for (const e of edges) { sentAt.set(e, steps.length); whole.set(story.edges[e].tail, steps.length); }
  }
  $("stage").replaceChildren(view.svg);
  $("scrub").max = steps.length;
  at = Math.round(part * steps.length);
  shown = null;
  name();
  show(frame);
  go(at);
  fit();
  if (focus) view.svg.querySelector(focus)?.focus();
}

// A text that changes keeps its middle.
function write(text, content) {
  if (text.textContent === content) return;
  if (text.getAttribute("text-anchor") !== "middle") {
    const left = Number(text.getAttribute("x"));
    text.setAttribute("x", left + text.getComputedTextLength() / 2);
    text.setAttribute("text-anchor", "middle");
  }
  text.textContent = content;
}

function tint(gradient, largest) {
  const x = Number(gradient);
  if (!Number.isFinite(x)) return "var(--broken)";
  const part = largest ? Math.abs(x) / largest : 0;
  return `color-mix(in srgb, var(--zero), var(${x > 0 ? "--above" : "--below"}) ${(100 * part).toFixed(1)}%)`;
}
const largestOf = (numbers) => Math.max(0, ...numbers.map((x) => Math.abs(Number(x))).filter(Number.isFinite));

// The numbers of one moment of the training, everywhere.
function show(k) {
  frame = Math.max(0, Math.min(story.frames.length - 1, k));
  const numbers = view.nodes.filter((i) => node(i).kind === "number" && now().g[i]);
  const strongest = largestOf(numbers.map((i) => now().g[i].x[0]));
  const anew = story.frames.length > 1 || view.says !== lang; // as drawn it tells of the first frame
  view.says = lang;
  for (const [i, g] of view.nodeOf) {
    const gradient = now().g[i], { kind, head } = node(i);
    if (anew) {
      const texts = [...g.querySelectorAll("text")], found = lines(i);
      if (kind === "box") { if (found.length) write(texts.at(-1), texts.at(-1).textContent.replace(/[^\s]+$/, found[0])); }
      else found.forEach((line, n) => texts[head + n] && write(texts[head + n], line));
    }
    if (!gradient || kind === "op" || kind === "box") continue;
    const cells = kind === "number" ? [g.querySelector("polygon")] : [...g.querySelectorAll('polygon[stroke="none"]')];
    const shaded = kind === "range" ? gradient.b : gradient.x;
    const largest = kind === "number" ? strongest : largestOf(shaded ?? []);
    cells.forEach((cell, n) => {
      if (!shaded || shaded[n] === undefined) return;
      cell.classList.add("shaded"); cell.style.setProperty("--tint", tint(shaded[n], largest));
      if (kind === "cells") cell.dataset.element = n;
    });
  }
  for (const [e, g] of view.edgeOf) {
    const share = shares_of(e), label = edgeText(e);
    if (anew && label && g.querySelector("text")) write(g.querySelector("text"), label);
    if (share === null) continue;
    g.classList.add("toned");
    const path = g.querySelector("path");
    g.style.setProperty("--tone", Number.isFinite(share) ? `color-mix(in srgb, var(--faint), var(--strong) ${(100 * share).toFixed(1)}%)` : "var(--marked)");
    path.style.strokeWidth = (0.7 + 2.3 * (share || 0)).toFixed(2);
    path.style.strokeDasharray = share === 0 ? "5,2" : "none";
  }
  if (story.frames.length > 1) {
    $("moment").value = frame;
    $("when").textContent = words.when(now().step, fine(lossOf(frame)));
    drawMark();
  }
  refresh();
  explain();
}
function shares_of(e) {
  const { tail } = story.edges[e];
  if (!now().m[e] || node(tail).kind === "box") return null;
  return shares(tail).get(e);
}
const lossOf = (k) => { const i = story.nodes.findIndex((n) => n.root); return story.frames[k].v[i]?.x?.[0]; };
