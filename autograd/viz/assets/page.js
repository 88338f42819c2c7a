"use strict";
// Steps through a recorded graph: first every value forward, then every gradient backward; with
// several frames also through a training. Names come from users: they are only written as text.

const WORDS = {
  en: { steps: "forward and backward", first: "to the start", back: "one step back", run: "play or pause",
    next: "one step on", last: "to the end", scrub: "step", speed: "speed", find: "find a node",
    fold: "fold all modules", unfold: "open all modules", closer: "closer", farther: "farther", fit: "fit", theme: "light or dark", lang: "한국어로", help: "help",
    training: "training", moment: "training step", name: "name", value: "value", grad: "gradient",
    shape: "shape", dtype: "dtype", op: "operation", sends: "sends back", arrives: "sum of", local: "local derivative",
    message: "message", share: "share", path: "path", others: "the other paths", sum: "sum = gradient",
    element: "element", seed: "where the pass starts", mean: "mean", norm: "norm",
    start: "Only the inputs and weights are known. Press space to play.",
    forward: (op, what, value) => `Forward: ${op}${what ? ` ${what}:` : " gives"} ${value}`,
    back_to: (op, phrase, to) => `${op} sends ${phrase} to ${to}`,
    generic: "grad times its local derivative",
    when: (step, loss) => `step ${step} · loss ${loss}`,
    curve: (first, last) => `The loss at every step: from ${first} to ${last}. Click to go there.`,
    from_to: (first, last) => `loss ${first} → ${last}`,
    update: "The correction", rule: (rule) => `by ${rule}`, step_taken: "step taken", after: "after",
    done: "The training ends here: no correction follows.", waits: "No correction in this step.",
    paths: (n) => n < 0 ? "a sum over very many paths" : n === 1 ? "a product along one path" : `the sum over ${n.toLocaleString()} paths`,
    nothing: "No path has an effect", blocked: (names) => `${names} lets nothing through`,
    elsewhere: (step) => `The paths were worked out at step ${step}; go there to see them.`,
    unexplained: "Only the elements with the largest gradients are explained.",
    choose: "Choose an element:", many: (n) => `${n} edges drawn as one`,
    legend: (loss) => `Arrows point the way the values went; the number on an arrow is the message sent back along it, its width the message's share. Raising a number shaded orange lowers ${loss}, blue raises it.`,
    and_more: (n) => `and ${n} more messages`, constant: "constant", operand: (op, role) => `operand ${role} of ${op}`,
    legend_values: "Arrows point the way the values went.",
    keys: "space: play · ← →: step · Home End: start, end · ↑ ↓: training step · +, −, 0: closer, farther, fit · /: find · Tab: next node · Enter: explain, open, fold · [ ]: fold, open all · Esc: close · ?: help" },
  ko: { steps: "순전파와 역전파", first: "처음으로", back: "한 단계 뒤로", run: "재생 또는 멈춤",
    next: "한 단계 앞으로", last: "끝으로", scrub: "단계", speed: "속도", find: "노드 찾기",
    fold: "모든 모듈 접기", unfold: "모든 모듈 펼치기", closer: "확대", farther: "축소", fit: "화면에 맞춤", theme: "밝게 또는 어둡게", lang: "in English", help: "도움말",
    training: "학습", moment: "학습 단계", name: "이름", value: "값", grad: "기울기",
    shape: "모양", dtype: "자료형", op: "연산", sends: "뒤로 보내는 값", arrives: "다음의 합", local: "국소 미분",
    message: "메시지", share: "비중", path: "경로", others: "나머지 경로", sum: "합 = 기울기",
    element: "원소", seed: "역전파의 시작", mean: "평균", norm: "노름",
    start: "아직 입력과 가중치만 알려져 있습니다. 스페이스 키를 누르면 재생합니다.",
    forward: (op, what, value) => `순전파: ${op}${what ? ` 연산: ${what}` : ""} → 결과 ${value}`,
    back_to: (op, phrase, to) => `오차 역전파: ${op} → ${to}, 보내는 값 ${phrase}`,
    generic: "기울기 × 국소 미분",
    when: (step, loss) => `${step}단계 · 손실 ${loss}`,
    curve: (first, last) => `단계별 손실: ${first}에서 ${last}까지. 누르면 그 단계로 갑니다.`,
    from_to: (first, last) => `손실 ${first} → ${last}`,
    update: "가중치 수정", rule: (rule) => `최적화: ${rule}`, step_taken: "수정량", after: "수정 후",
    done: "학습이 여기서 끝납니다. 더 이상 수정하지 않습니다.", waits: "이 단계에서는 수정하지 않습니다.",
    paths: (n) => n < 0 ? "매우 많은 경로의 합" : n === 1 ? "한 경로를 따른 곱" : `${n.toLocaleString()}개 경로의 합`,
    nothing: "영향을 주는 경로가 없습니다", blocked: (names) => `${names}에서 막힙니다`,
    elsewhere: (step) => `경로는 ${step}단계에서 계산했습니다. 그 단계로 가면 보입니다.`,
    unexplained: "기울기가 가장 큰 원소만 설명합니다.",
    choose: "원소를 고르세요:", many: (n) => `간선 ${n}개를 하나로 그림`,
    legend: (loss) => `화살표는 값이 지나간 방향입니다. 화살표 위의 수는 거꾸로 보낸 메시지, 굵기는 그 비중입니다. 주황색 수를 키우면 ${loss} 값이 줄고, 파란색 수를 키우면 늘어납니다.`,
    and_more: (n) => `그 밖에 메시지 ${n}개`, constant: "상수", operand: (op, role) => `${op}의 피연산자 ${role}`,
    legend_values: "화살표는 값이 지나간 방향입니다.",
    keys: "스페이스: 재생 · ← →: 단계 · Home End: 처음, 끝 · ↑ ↓: 학습 단계 · +, −, 0: 확대, 축소, 맞춤 · /: 찾기 · Tab: 다음 노드 · Enter: 설명, 펼치기, 접기 · [ ]: 모두 접기, 펼치기 · Esc: 닫기 · ?: 도움말" },
};

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

// ------------------------------------------------------------------------------- numbers
// As autograd/viz/labels.py writes them.
function number(given) {
  const x = Number(given);
  if (Number.isNaN(x)) return "NaN";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  if (Number.isInteger(x) && Math.abs(x) < 1e6) return String(x || 0).replace("-", "−");
  const [digits, exponent] = x.toExponential(2).split("e");
  const short = Number(`${digits}e${exponent}`);
  const text = exponent < -4 || exponent >= 6 ? `${Number(digits)}e${Number(exponent)}` : decimal(short);
  return text.replaceAll("-", "−");
}
const decimal = (x) => Math.abs(x) < 1e-6 && x ? x.toFixed(7).replace(/0+$/, "") : String(x);
const percent = (share) => share >= 0.005 ? `${(100 * share).toFixed(0)}%` : "<1%";
// With enough digits to follow the arithmetic.
function fine(given, digits = 6) {
  const x = Number(given);
  if (!Number.isFinite(x)) return number(x);
  const [mantissa, exponent] = x.toExponential(digits - 1).split("e");
  const text = x && (exponent < -4 || exponent >= 9) ? `${Number(mantissa)}e${Number(exponent)}` : String(Number(x.toPrecision(digits)));
  return text.replaceAll("-", "−");
}
const times = (shape) => shape.join(" × ");

// A number, or a row of a few, in full; empty for anything larger.
function written(numbers, shape) {
  if (!numbers) return "";
  if (numbers.length === 1) return number(numbers[0]);
  const row = numbers.length && numbers.length <= 4 && numbers.length === shape.at(-1);
  return row ? `[${numbers.map(number).join("  ")}]` : "";
}
const length = (told) => number(told.n ?? Math.hypot(...told.x.map(Number)));
const brief = (told, shape, most) => (told.x && told.x.length <= most && written(told.x, shape)) || `norm ${length(told)}`;

// A single number with all its digits; an array in brackets, with enough to follow the arithmetic.
function bracketed(numbers, shape, digits = 0) {
  const one = (x) => digits ? fine(x, digits) : numbers.length === 1 ? exact(x) : fine(x);
  if (numbers.length === 1) return "[".repeat(shape.length) + one(numbers[0]) + "]".repeat(shape.length);
  if (!shape.length) return "";
  const rows = [], size = numbers.length / shape[0];
  for (let i = 0; i < shape[0]; i++) {
    const row = numbers.slice(i * size, (i + 1) * size);
    rows.push(shape.length > 1 ? bracketed(row, shape.slice(1), digits || 6) : one(row[0]));
  }
  return `[${rows.join(shape.length > 1 ? "\n " : "  ")}]`;
}
const exact = (x) => String(x).replace("Infinity", "∞");

// ------------------------------------------------------------------------------- the story
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
    found = [`${number(least)} … ${number(most)}, mean ${number(mean)}`];
  }
  if (!gradient) return found;
  found.push(`grad ${brief(gradient, shape, 4)}`);
  const terms = arriving(i).map((e) => now().m[e]);
  if (node(i).root) terms.unshift({ x: shape.length ? gradient.x.map(() => 1) : [1] });
  if (terms.length > 1) {
    const parts = terms.map((told) => written(told.x, shape));
    const few = parts.every(Boolean) && terms.length * (gradient.x?.length ?? 99) <= 6;
    found.push(few ? sumText(parts) : `= sum of ${terms.length.toLocaleString("en")} messages`);
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
  if (edge.many) return `${edge.many.toLocaleString("en")} messages, norm ${length(told)}`;
  const tail = edge.tail, share = shares(tail).get(e);
  const text = brief(told, node(tail).shape ?? [], 3);
  const several = arriving(tail).length + (node(tail).root ? 1 : 0) > 1;
  return node(tail).kind !== "box" && several && share ? `${text} · ${percent(share)}` : text;
}

// ------------------------------------------------------------------------------- the picture
function build(given) {
  if (given.svg instanceof Node) return given;
  const parsed = new DOMParser().parseFromString(given.svg, "image/svg+xml").documentElement;
  given.svg = document.adoptNode(parsed);
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
  for (const [i, g] of view.nodeOf) {
    const gradient = now().g[i], { kind, head } = node(i);
    if (story.frames.length > 1) {
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
    if (story.frames.length > 1 && label && g.querySelector("text")) write(g.querySelector("text"), label);
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

// ------------------------------------------------------------------------------- stepping
// Only what changes is touched: a large picture stays quick.
function mark(g, name, on) {
  g.marks ??= {};
  if (g.marks[name] === on) return;
  g.marks[name] = on;
  g.classList.toggle(name, on);
}

function go(step) {
  at = Math.max(0, Math.min(steps.length, step));
  const here = at ? steps[at - 1] : { node: -1, edges: [] };
  for (const g of view.current ?? []) g.classList.remove("now");
  for (const [i, g] of view.nodeOf) {
    mark(g, "waiting", known.get(i) > at);
    mark(g, "graded", whole.get(i) <= at);
  }
  for (const [e, g] of view.edgeOf) mark(g, "sent", sentAt.get(e) <= at);
  view.current = [view.nodeOf.get(here.node), ...here.edges.map((e) => view.edgeOf.get(e))].filter(Boolean);
  for (const g of view.current) g.classList.add("now");
  $("scrub").value = at;
  refresh();
  if (at === steps.length) stop();
}

const said = (i) => story.words[node(i).op]?.[lang].does ?? "";
function phrase(e) {
  const { head, position } = story.edges[e], sends = story.words[node(head).op]?.[lang].sends ?? [];
  return (sends.length > 1 ? sends[position] : sends[0]) ?? "";
}
function sentence(here) {
  if (here.node < 0) return words.start;
  const { node: i } = here;
  if (!here.edges.length) return words.forward(called(i), said(i), valueText(i) || "…");
  const parts = here.edges.slice(0, 3).map((e) => {
    const { head, tail } = story.edges[e], told = now().m[e];
    const shape = story.edges[e].many ? [told.x?.length] : node(tail).shape ?? [told.x?.length];
    const amount = told.x && told.x.length <= 4 ? ` = ${bracketed(told.x, shape, 4)}` : "";
    return words.back_to(node(head).op || called(head), (phrase(e) || words.generic) + amount, called(tail));
  });
  if (here.edges.length > 3) parts.push(words.and_more(here.edges.length - 3));
  return parts.join("; ");
}

function stop() { clearInterval(timer); timer = null; }
function run() {
  if (timer) return stop();
  if (at === steps.length) go(0);
  timer = setInterval(() => go(at + 1), Number($("speed").value));
}

// ------------------------------------------------------------------------------- facts
function refresh() {
  $("sentence").textContent = sentence(at ? steps[at - 1] : { node: -1, edges: [] });
  if (shown) tell(shown);
}

function facts(rows) {
  const list = element("dl");
  for (const [word, text, key] of rows) if (text) list.append(element("dt", {}, word), element("dd", { "data-fact": key }, text));
  return list;
}

function toldText(told, shape) {
  if (!told) return "";
  if (told.x) return bracketed(told.x, shape);
  if (!told.r) return `${words.norm} ${fine(told.n)}`;
  const [least, most, mean] = told.r.map((x) => fine(x));
  return `${least} … ${most}, ${words.mean} ${mean}`;
}

// What is known of a node or an edge at this step, as rows of word, text, key.
function known_of({ node: i, edge: e, constant: c }) {
  if (c !== undefined) {
    const { uses, told, shape } = view.constants[c];
    return [[words.constant, uses.map(([op, role]) => words.operand(op, role)).join(", "), "name"],
      [words.value, toldText(told, shape), "value"], [words.shape, times(shape), "shape"]];
  }
  if (e !== undefined) {
    const edge = story.edges[e], share = shares_of(e), head = node(edge.head);
    if (edge.many) return [[words.sends, words.many(edge.many), "many"], [words.message, toldText(now().m[e], []), "message"]];
    return [
      [words.sends, `${called(edge.tail)} ← ${called(edge.head)}: ${phrase(e) || words.generic}`, "name"],
      [words.local, slope(e), "local"],
      [words.message, sentAt.get(e) <= at ? toldText(now().m[e], node(edge.tail).shape ?? []) : "", "message"],
      [words.share, sentAt.get(e) <= at && share !== null ? percent(share) : "", "share"],
    ];
  }
  const { name, op, shape, dtype, kind } = node(i), seen = whole.get(i) <= at;
  const arrived = seen && arriving(i).length + (node(i).root ? 1 : 0) > 1
    ? [...(node(i).root ? [`1 (${words.seed})`] : []),
      ...arriving(i).map((e) => `${toldText(now().m[e], shape ?? [])}  ← ${called(story.edges[e].head)}${shares_of(e) ? `, ${percent(shares_of(e))}` : ""}`)].join("\n") : "";
  return [
    [words.name, name, "name"],
    [words.op, op && (said(i) ? `${op}: ${said(i)}` : op), "op"],
    [words.value, known.get(i) <= at && kind !== "box" ? toldText(now().v[i], shape) : "", "value"],
    [words.grad, seen && now().g[i] ? toldText(now().g[i], shape ?? []) : "", "grad"],
    [words.arrives, arrived, "arrives"],
    [words.shape, shape?.length ? times(shape) : "", "shape"],
    [words.dtype, dtype && `${dtype} · ${node(i).memory}`, "dtype"],
    [words.sends, leaving(i).filter((e) => story.edges[e].position !== undefined)
      .map((e) => `${called(story.edges[e].tail)} ← ${phrase(e) || words.generic}${slope(e) ? ` (${words.local} ${slope(e)})` : ""}`).join("\n"), "local"],
  ];
}
const slope = (e) => now().d[e] ? now().d[e].length > 1 ? `[${now().d[e].map((x) => fine(x)).join("  ")}]` : fine(now().d[e][0]) : "";

function tell(what) {
  shown = what;
  const rows = known_of(what);
  $("facts").replaceChildren(facts(rows));
  const g = what.edge !== undefined ? view.edgeOf.get(what.edge) : what.constant !== undefined ? view.constantOf[what.constant] : view.nodeOf.get(what.node);
  if (!g) return;
  // The browser's own tooltip, and what a screen reader says.
  const text = rows.filter(([, fact]) => fact).map(([word, fact]) => `${word}: ${fact}`).join("\n");
  let title = g.querySelector(":scope > title");
  if (!title) g.prepend((title = document.createElementNS(SVG, "title")));
  title.textContent = text;
}

// ------------------------------------------------------------------------------- explanations
const placeName = (p) => story.names[p];
const lossName = () => called(story.nodes.findIndex((n) => n.root));

function choose(i, k = null) {
  const size = now().v[i]?.x?.length ?? 0, told = story.explained[i];
  if (!isLeaf(i)) return;
  chosen = { node: i, element: k ?? (size === 1 ? 0 : told ? Number(strongest(i, told)) : 0) };
  explain();
  $("why").scrollTop = 0;
}
const strongest = (i, told) => Object.keys(told).reduce((a, b) => size_of(i, a) >= size_of(i, b) ? a : b);
const size_of = (i, k) => Math.abs(Number(now().g[i]?.x?.[k] ?? story.explained[i][k][frame]?.total ?? 0));
const index = (k, shape) => shape.map((_, axis) => Math.floor(k / shape.slice(axis + 1).reduce((a, b) => a * b, 1)) % shape[axis]);
const elementName = (i, k) => `${called(i)}${node(i).shape.length ? `[${index(k, node(i).shape).join(", ")}]` : ""}`;

function explain() {
  const lit = new Set(), homes = story.homes[story.views.indexOf(view)];
  $("why").hidden = !chosen;
  for (const g of view.nodeOf.values()) g.classList.remove("chosen");
  if (chosen) {
    view.nodeOf.get(chosen.node)?.classList.add("chosen");
    const { node: i, element: k } = chosen, held = document.activeElement?.dataset?.pick;
    const parts = [element("h2", {}, elementName(i, k)), picker(i, k), correction(i, k)];
    const told = story.explained[i]?.[k], ours = told?.[frame];
    if (ours) {
      parts.push(...paths(i, k, ours));
      const wanted = look === null ? ours.paths : [ours.paths[look] ?? { at: [] }];
      for (const path of wanted) path.at.slice(1).forEach((head, n) => lit.add(`${homes[path.at[n]]}>${homes[head]}`));
    } else if (told) {
      const near = Object.keys(told).reduce((a, b) => Math.abs(a - frame) <= Math.abs(b - frame) ? a : b);
      parts.push(element("p", {}, words.elsewhere(story.frames[near].step)));
    } else if (story.explained[i]) parts.push(element("p", {}, words.unexplained));
    $("why").replaceChildren(...parts);
    if (held !== undefined) $("why").querySelector(`[data-pick="${held}"]`)?.focus();
  }
  for (const [e, g] of view.edgeOf) g.classList.toggle("lit", lit.has(`${story.edges[e].tail}>${story.edges[e].head}`));
}

// The elements of a tensor to choose from: all of a small one, else those that are explained.
function picker(i, k) {
  const { shape, kind } = node(i), told = story.explained[i] ?? {};
  if (!shape.length) return element("span");
  const all = kind === "cells";
  const box = element("div", { class: "elements", role: "group", "aria-label": words.choose });
  if (all) box.style.setProperty("--columns", shape.at(-1));
  const shownOnes = all ? now().v[i].x.map((_, n) => n) : Object.keys(told).map(Number);
  for (const n of shownOnes) {
    const gradient = now().g[i]?.x?.[n] ?? told[n]?.[frame]?.total;
    const button = element("button", { "data-pick": n, "aria-pressed": n === k, title: elementName(i, n) },
      all ? number(now().v[i].x[n]) : `[${index(n, shape).join(", ")}]`);
    if (gradient !== undefined) button.append(element("small", {}, number(gradient)));
    button.addEventListener("click", () => { look = null; choose(i, n); });
    box.append(button);
  }
  return box;
}

// w ← w − lr · grad, with the numbers.
function correction(i, k) {
  const update = now().update, box = element("div", { class: "update" });
  if (story.frames.length < 2) return box;
  const told = story.explained[i]?.[k]?.[frame] ?? {};
  const before = now().v[i].x?.[k] ?? told.value, gradient = now().g[i]?.x?.[k] ?? told.total;
  const after = update?.after[i]?.x?.[k] ?? told.after;
  const fact = (key, x) => element("b", { "data-fact": key, "data-exact": x, title: x }, fine(x));
  if (!update) box.append(element("p", {}, words.done));
  else if (after === undefined || before === undefined) return box;
  else if (update.plain) box.append(element("h3", {}, words.update), element("p", { class: "formula" },
    "w ← w − lr · grad = ", fact("before", before), " − ", fact("rate", update.rates[i]), " · ", bracket(gradient, fact("slope", gradient)), " = ", fact("after", after)));
  else box.append(element("h3", {}, words.update), element("p", { class: "formula" }, "w ← w + Δ = ", fact("before", before),
    " + ", bracket(after - before, fact("step", after - before)), " = ", fact("after", after)), element("p", {}, `Δ: ${words.step_taken}, ${words.rule(update.rule)}; ${words.grad} `, fact("slope", gradient)));
  return box;
}
const bracket = (x, part) => Number(x) < 0 ? element("span", {}, "(", part, ")") : part;

function paths(i, k, ours) {
  const many = ours.others < 0 ? -1 : ours.paths.length + ours.others;
  const head = element("p", {}, `∂${lossName()}/∂${elementName(i, k)} = `, element("b", { "data-fact": "total", "data-exact": ours.total }, fine(ours.total)), ", ",
    ours.paths.length ? words.paths(many) : `${words.nothing}${ours.blocked.length ? `: ${words.blocked(ours.blocked.join(", "))}` : ""}`);
  const list = element("ol", { class: "paths" });
  ours.paths.forEach((path, n) => {
    const factors = element("div", { class: "factors" });
    path.d.forEach((d, step) => {
      const times = step < path.d.length - 1 ? "× " : "";
      factors.prepend(element("span", { class: "factor" }, element("span", {}, `∂${placeName(path.at[step + 1])}/∂${placeName(path.at[step])}`), element("span", {}, times, element("b", {}, fine(d)))));
    });
    const item = element("li", { "data-fact": "path", "data-exact": path.product, tabindex: 0, "data-pick": `path${n}`, "aria-current": look === n },
      element("b", {}, fine(path.product)), ` · ${percent(path.share)}`, factors);
    item.addEventListener("click", () => { look = look === n ? null : n; explain(); });
    item.addEventListener("keydown", (e) => { if (e.key === "Enter") item.click(); });
    list.append(item);
  });
  const rest = element("dl");
  if (ours.others) rest.append(element("dt", {}, words.others + (ours.others > 0 ? ` (${ours.others.toLocaleString()})` : "")), element("dd", { "data-fact": "rest", "data-exact": ours.rest }, fine(ours.rest)));
  rest.append(element("dt", {}, words.sum), element("dd", { "data-fact": "sum", "data-exact": ours.total }, fine(ours.total)));
  return [head, list, rest];
}

// ------------------------------------------------------------------------------- the training
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

// ------------------------------------------------------------------------------- pan and zoom
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

// ------------------------------------------------------------------------------- words
function speak() {
  words = WORDS[lang];
  document.documentElement.lang = lang;
  for (const e of document.querySelectorAll("[data-word]")) {
    e.title = words[e.dataset.word]; e.setAttribute("aria-label", words[e.dataset.word]);
  }
  for (const e of document.querySelectorAll("[data-name]")) e.setAttribute("aria-label", words[e.dataset.name]);
  $("find").placeholder = words.find;
  $("keys").textContent = words.keys;
  $("legend").textContent = now().m.some(Boolean) || now().g.some(Boolean) ? words.legend(lossName()) : words.legend_values;
  if (story.frames.length > 1) {
    const [first, last] = [story.losses[0][1], story.losses.at(-1)[1]].map((x) => fine(x));
    $("curve").setAttribute("aria-label", words.curve(first, last));
    $("range").textContent = words.from_to(first, last);
  }
  if (!view) return;
  name();
  show(frame);
  go(at);
}
function name() {
  for (const [i, g] of view.nodeOf) g.setAttribute("aria-label", called(i));
  for (const g of view.constantOf) g.setAttribute("aria-label", words.constant);
}

// ------------------------------------------------------------------------------- hands
function listen() {
  const stage = $("stage");
  const target = (e) => {
    const g = e.target.closest?.(".node, .edge");
    if (!g || !stage.contains(g)) return null;
    if (g.dataset.constant !== undefined) return { constant: Number(g.dataset.constant) };
    return g.dataset.node !== undefined ? { node: Number(g.dataset.node) } : g.dataset.edge !== undefined ? { edge: Number(g.dataset.edge) } : null;
  };
  for (const event of ["pointerover", "focusin"]) stage.addEventListener(event, (e) => { const what = target(e); if (what) tell(what); });
  let dragged = 0;
  stage.addEventListener("pointerdown", () => (dragged = 0));
  stage.addEventListener("click", (e) => {
    const what = target(e);
    if (dragged > 4) return;
    if (what?.node !== undefined) { look = null; activate(what.node, e); }
    else if (!what) close(e.target.closest?.("[data-frame]"));
  });
  stage.addEventListener("wheel", (e) => {
    e.preventDefault();
    const box = view.svg.getBoundingClientRect();
    zoom(e.deltaY > 0 ? 1.15 : 1 / 1.15, (e.clientX - box.left) / box.width, (e.clientY - box.top) / box.height);
  }, { passive: false });
  stage.addEventListener("pointermove", (e) => {
    if (!(e.buttons & 1)) return;
    dragged += Math.abs(e.movementX) + Math.abs(e.movementY);
    const scale = Math.max(seen[2] / view.svg.clientWidth, seen[3] / view.svg.clientHeight);
    see([seen[0] - e.movementX * scale, seen[1] - e.movementY * scale, seen[2], seen[3]]);
  });
  const actions = { first: () => go(0), back: () => go(at - 1), next: () => go(at + 1), run,
    last: () => go(steps.length), fit, closer: () => zoom(0.8), farther: () => zoom(1.25),
    fold: () => openView(story.folded ?? story.start), unfold: () => openView(story.whole ?? story.start),
    theme: () => document.documentElement.classList.toggle("dark"),
    lang: () => { lang = lang === "en" ? "ko" : "en"; speak(); },
    ask: () => ($("keys").hidden = !$("keys").hidden) };
  for (const [id, act] of Object.entries(actions)) $(id).addEventListener("click", act);
  $("scrub").addEventListener("input", (e) => { stop(); go(Number(e.target.value)); });
  $("moment").addEventListener("input", (e) => show(Number(e.target.value)));
  $("speed").addEventListener("change", () => { if (timer) { stop(); run(); } });
  $("find").addEventListener("input", (e) => find(e.target.value));
  $("find").addEventListener("keydown", (e) => {
    const hits = e.key === "Enter" ? find(e.target.value) : [];
    if (hits.length) { center(view.nodeOf.get(hits[0])); view.nodeOf.get(hits[0]).focus(); e.preventDefault(); e.stopPropagation(); }
    if (e.key === "Escape") { e.target.value = ""; find(""); e.target.blur(); }
  });
  const KEYS = { " ": run, ArrowRight: actions.next, ArrowLeft: actions.back, Home: actions.first,
    End: actions.last, ArrowUp: () => show(frame - 1), ArrowDown: () => show(frame + 1), "?": actions.ask,
    "+": actions.closer, "=": actions.closer, "-": actions.farther, 0: fit, "/": () => $("find").focus(),
    Escape: () => { chosen = null; look = null; $("keys").hidden = true; explain(); },
    "[": () => actions.fold(), "]": () => actions.unfold(),
    Enter: (e) => {
      const what = target(e);
      if (what?.node !== undefined) { look = null; activate(what.node, e); }
      else if (e.target.dataset?.frame !== undefined) close(e.target);
    } };
  document.addEventListener("keydown", (e) => {
    const busy = e.target.matches("input, select") || (e.target.matches("button, li") && [" ", "Enter"].includes(e.key));
    if (busy || e.ctrlKey || e.metaKey || e.altKey || !KEYS[e.key]) return;
    if (e.key !== "Enter" || target(e) || e.target.dataset?.frame) e.preventDefault();
    KEYS[e.key](e);
  });
}

// An open module folds, and the way to its box is kept.
function close(g) {
  if (g) openView(view.closes[g.dataset.frame], `[data-node="${g.dataset.frame}"]`);
}

// A box opens; a leaf is explained, from the element that was hit.
function activate(i, event) {
  if (view.opens[i] !== undefined) return openView(view.opens[i], `[data-frame="${i}"]`);
  const cells = [...(view.nodeOf.get(i)?.querySelectorAll("[data-element]") ?? [])];
  const hit = cells.find((cell) => {
    const { left, right, top, bottom } = cell.getBoundingClientRect();
    return event.clientX >= left && event.clientX < right && event.clientY >= top && event.clientY < bottom;
  });
  choose(i, hit ? Number(hit.dataset.element) : null);
}

async function main() {
  const letters = atob($("data").textContent), packed = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) packed[i] = letters.charCodeAt(i);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  story = JSON.parse(await new Response(stream).text());
  lang = story.lang ?? (navigator.language.startsWith("ko") ? "ko" : "en");
  if (matchMedia("(prefers-color-scheme: dark)").matches) document.documentElement.classList.add("dark");
  if (story.frames.length > 1) {
    $("training").hidden = false;
    $("moment").max = story.frames.length - 1;
    drawCurve();
  }
  for (const id of ["fold", "unfold"]) $(id).hidden = story.views.length < 2;
  speak();
  openView(story.start);
  if (story.frames.length > 1) go(steps.length);
  listen();
  document.documentElement.dataset.ready = "yes";
}
main().catch((error) => { $("sentence").textContent = `This page needs a browser of 2023 or later. ${error}`; throw error; });
