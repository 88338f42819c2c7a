// What was recorded, and what of it is looked at: questions to the story's nodes, edges and frames.

const $ = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
let story, words, lang;
let view, steps, known, whole, sentAt; // the picture, and when what is known in it
let frame = 0, at = 0, timer = null, shown = null, chosen = null, look = null;

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.map((child) => child instanceof Node ? child : String(child)));
  return made;
}

const now = () => story.frames[frame];
const node = (i) => story.nodes[i];
const called = (i) => node(i).name || node(i).op || "?";
const isLeaf = (i) => !["op", "box"].includes(node(i).kind);
const arriving = (i) => view.arriving.get(i) ?? [];
const leaving = (i) => view.leaving.get(i) ?? [];

function grouped(all, key) {
  const found = new Map();
  for (const one of all) found.has(key(one)) ? found.get(key(one)).push(one) : found.set(key(one), [one]);
  return found;
}

function shares(i) {
  const edges = arriving(i), sizes = edges.map((e) => Number(now().a[e]));
  const total = sizes.reduce((a, b) => a + b, node(i).root && now().g[i] ? 1 : 0);
  return new Map(edges.map((e, k) => [e, sizes[k] && sizes[k] / total]));
}

function valueText(i) {
  const told = now().v[i];
  if (!told) return "";
  return written(told.x, node(i).shape) || `[${times(node(i).shape)}]`;
}

// What stands in a node besides its head: as autograd/viz/draw.py writes it.
function lines(i) {
  const { kind, shape } = node(i), value = now().v[i], gradient = now().g[i];
  if (kind === "box") return gradient ? [number(gradient.n)] : [];
  let found = [];
  if (kind === "number") found = [number(value.x[0])];
  else if (kind === "op") found = [valueText(i)];
  else if (kind === "cells") found = value.x.flatMap((x, k) => gradient ? [number(x), number(gradient.x[k])] : [number(x)]);
  else if (kind === "range") {
    const [least, most, mean] = value.r ?? spread(value.x);
    found = [`${number(least)} … ${number(most)}, ${words.mean} ${number(mean)}`];
  }
  if (!gradient) return found;
  found.push(`grad ${brief(gradient, shape, 4)}`);
  const terms = arriving(i).map((e) => now().m[e]);
  if (node(i).root) terms.unshift({ x: shape.length ? gradient.x.map(() => 1) : [1] });
  if (terms.length > 1) {
    const parts = terms.map((told) => written(told.x, shape));
    const few = parts.every(Boolean) && terms.length * (gradient.x?.length ?? 99) <= 6;
    found.push(few ? sumText(parts) : words.sum_of(terms.length));
  }
  return found;
}
const sumText = (parts) => ["=", parts[0], ...parts.slice(1).map((part) => part[0] === "−" ? `− ${part.slice(1)}` : `+ ${part}`)].join(" ");
function spread(numbers) {
  const x = numbers.map(Number);
  return [Math.min(...x), Math.max(...x), x.reduce((a, b) => a + b, 0) / x.length];
}

function edgeText(e) {
  const edge = story.edges[e], told = now().m[e];
  if (!told) return "";
  if (edge.many) return words.messages(edge.many, length(told));
  const tail = edge.tail, share = shares(tail).get(e);
  const text = brief(told, node(tail).shape ?? [], 3);
  const several = arriving(tail).length + (node(tail).root ? 1 : 0) > 1;
  return node(tail).kind !== "box" && several && share ? `${text} · ${percent(share)}` : text;
}
