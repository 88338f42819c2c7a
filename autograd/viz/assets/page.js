"use strict";
// Steps through the recorded graph: first every value forward, then every gradient backward.
// Names come from users: they are only ever written as text.

const WORDS = {
  en: { first: "to the start", back: "one step back", run: "play or pause", next: "one step on",
    last: "to the end", scrub: "step", speed: "speed", find: "find a node", fit: "fit",
    theme: "light or dark", help: "help", name: "name", value: "value", grad: "gradient", shape: "shape",
    dtype: "dtype", op: "operation", local: "sends back", path: "path",
    start: "Only the inputs and weights are known. Press space to play.",
    forward: (op, value) => `Forward: ${op} gives ${value}`,
    sends: (op, phrase, to) => `${op} sends ${phrase} to ${to}`,
    generic: "grad times its local derivative",
    keys: "space: play · ← →: step · Home End: start, end · +, −, 0: zoom, fit · /: find · Tab: next node · ?: help" },
  ko: { first: "처음으로", back: "한 단계 뒤로", run: "재생 또는 멈춤", next: "한 단계 앞으로",
    last: "끝으로", scrub: "단계", speed: "속도", find: "노드 찾기", fit: "화면에 맞춤",
    theme: "밝게 또는 어둡게", help: "도움말", name: "이름", value: "값", grad: "기울기", shape: "모양",
    dtype: "자료형", op: "연산", local: "역전파로 보내는 값", path: "경로",
    start: "아직 입력과 가중치만 알려져 있습니다. 스페이스 키를 누르면 재생합니다.",
    forward: (op, value) => `순전파: ${op} 결과 ${value}`,
    sends: (op, phrase, to) => `오차 역전파: ${op} → ${to}, 보내는 값 ${phrase}`,
    generic: "기울기 × 국소 미분",
    keys: "스페이스: 재생 · ← →: 단계 · Home End: 처음, 끝 · +, −, 0: 확대, 맞춤 · /: 찾기 · Tab: 다음 노드 · ?: 도움말" },
};

const $ = (id) => document.getElementById(id);
const story = JSON.parse($("data").textContent);
const svg = document.querySelector("#stage svg");
const steps = [
  ...story.forward.map((node) => ({ node, edges: [] })),
  ...story.backward.map(([node, edges]) => ({ node, edges })),
];
let lang = story.lang ?? (navigator.language.startsWith("ko") ? "ko" : "en");
let at = 0, timer = null, shown = null, chosen = null;

// ------------------------------------------------------------------------------- the picture
const nodeOf = story.nodes.map((_, i) => svg.querySelector(`#n${i}`));
const edgeOf = story.edges.map((_, i) => svg.querySelector(`#e${i}`));
const called = (i) => story.nodes[i].name || story.nodes[i].op;
const short = (number) => number.includes("[") || number === "" ? number : String(+(+number).toPrecision(4));
// Where the last message to a node is sent: from there on its gradient is whole.
const whole = story.nodes.map((node) => node.root ? story.forward.length : Infinity);
steps.forEach((step, i) => step.edges.forEach((e) => (whole[story.edges[e].tail] = i + 1)));
const known = story.nodes.map((node) => node.leaf ? 0 : Infinity);
story.forward.forEach((node, i) => (known[node] = i + 1));

function go(step) {
  at = Math.max(0, Math.min(steps.length, step));
  const now = at ? steps[at - 1] : { node: -1, edges: [] };
  nodeOf.forEach((element, i) => {
    element.classList.toggle("waiting", known[i] > at);
    element.classList.toggle("graded", whole[i] <= at);
    element.classList.toggle("now", i === now.node);
  });
  const sent = new Set(steps.slice(0, at).flatMap((step) => step.edges));
  edgeOf.forEach((element, i) => {
    element.classList.toggle("sent", sent.has(i));
    element.classList.toggle("now", now.edges.includes(i));
  });
  $("scrub").value = at;
  $("sentence").textContent = sentence(now);
  if (shown !== null) tell(shown);
  if (at === steps.length) stop();
}

function sentence(now) {
  const words = WORDS[lang];
  if (now.node < 0) return words.start;
  if (!now.edges.length) return words.forward(called(now.node), short(story.nodes[now.node].value ?? ""));
  const parts = now.edges.map((e) => {
    const edge = story.edges[e];
    const number = edge.message ? ` = ${short(edge.message)}` : "";
    return words.sends(story.nodes[edge.head].op || called(edge.head),
      (edge.phrase || words.generic) + number, called(edge.tail) || "?");
  });
  return parts.join("; ");
}

function tell(i) {
  shown = i;
  const node = story.nodes[i], words = WORDS[lang], list = document.createElement("dl");
  const row = (word, text, key) => {
    if (!text) return;
    const term = document.createElement("dt"), fact = document.createElement("dd");
    term.textContent = word; fact.textContent = text; fact.dataset.fact = key;
    list.append(term, fact);
  };
  row(node.name ? words.name : words.op, called(i), "name");
  if (node.name) row(words.op, node.op, "op");
  row(words.value, known[i] <= at ? node.value : "", "value");
  row(words.grad, whole[i] <= at ? node.grad : "", "grad");
  row(words.shape, node.shape, "shape");
  row(words.dtype, node.dtype, "dtype");
  row(words.local, story.edges.filter((edge) => edge.head === i && edge.phrase)
    .map((edge) => `${called(edge.tail)} ← ${edge.phrase}`).join("\n"), "local");
  if (i === chosen) for (const path of story.paths[i] ?? [])
    row(words.path, `${path.product} (${path.share}) = ${path.factors}`, "path");
  $("facts").replaceChildren(list);
}

// A chosen weight is explained, and its paths to the loss are lit.
function choose(i) {
  chosen = i;
  const lit = new Set((story.paths[i] ?? []).flatMap((path) =>
    path.nodes.slice(1).map((head, k) => `${path.nodes[k]}>${head}`)));
  story.edges.forEach((edge, e) => edgeOf[e].classList.toggle("lit", lit.has(`${edge.tail}>${edge.head}`)));
  tell(i);
}

// ------------------------------------------------------------------------------- play
function stop() { clearInterval(timer); timer = null; }
function run() {
  if (timer) return stop();
  if (at === steps.length) go(0);
  timer = setInterval(() => go(at + 1), +$("speed").value);
}

// ------------------------------------------------------------------------------- pan and zoom
const all = svg.viewBox.baseVal, home = [all.x, all.y, all.width, all.height];
let view = [...home];
function look(next) { view = next; svg.setAttribute("viewBox", view.join(" ")); }
function zoom(factor) {
  const [x, y, w, h] = view;
  look([x + w * (1 - factor) / 2, y + h * (1 - factor) / 2, w * factor, h * factor]);
}
svg.addEventListener("wheel", (e) => { e.preventDefault(); zoom(e.deltaY > 0 ? 1.15 : 1 / 1.15); }, { passive: false });
svg.addEventListener("pointermove", (e) => {
  if (!(e.buttons & 1)) return;
  const scale = Math.max(view[2] / svg.clientWidth, view[3] / svg.clientHeight);
  look([view[0] - e.movementX * scale, view[1] - e.movementY * scale, view[2], view[3]]);
});

function find(text) {
  const wanted = text.trim().toLowerCase();
  const hits = story.nodes.map((_, i) => wanted !== "" && called(i).toLowerCase().includes(wanted));
  nodeOf.forEach((element, i) => element.classList.toggle("found", hits[i]));
  if (hits.includes(true)) tell(hits.indexOf(true));
}

// ------------------------------------------------------------------------------- words
function speak() {
  document.documentElement.lang = lang;
  for (const element of document.querySelectorAll("[data-word]")) {
    const word = WORDS[lang][element.dataset.word];
    element.title = word; element.setAttribute("aria-label", word);
  }
  $("find").placeholder = WORDS[lang].find;
  $("keys").textContent = WORDS[lang].keys;
  go(at);
}

// ------------------------------------------------------------------------------- hands
nodeOf.forEach((element, i) => {
  element.setAttribute("tabindex", "0"); element.setAttribute("role", "img");
  element.setAttribute("aria-label", called(i));
  for (const event of ["pointerenter", "focus"]) element.addEventListener(event, () => tell(i));
  element.addEventListener("click", () => choose(i));
  element.addEventListener("keydown", (e) => { if (e.key === "Enter") choose(i); });
});
const actions = { first: () => go(0), back: () => go(at - 1), next: () => go(at + 1), run,
  last: () => go(steps.length), fit: () => look([...home]),
  theme: () => document.documentElement.classList.toggle("dark"),
  lang: () => { lang = lang === "en" ? "ko" : "en"; speak(); },
  ask: () => ($("keys").hidden = !$("keys").hidden) };
for (const [id, act] of Object.entries(actions)) $(id).addEventListener("click", act);
$("scrub").max = steps.length;
$("scrub").addEventListener("input", (e) => { stop(); go(+e.target.value); });
$("speed").addEventListener("change", () => { if (timer) { stop(); run(); } });
$("find").addEventListener("input", (e) => find(e.target.value));
const KEYS = { " ": run, ArrowRight: actions.next, ArrowLeft: actions.back, Home: actions.first,
  End: actions.last, "?": actions.ask, "+": () => zoom(0.8), "-": () => zoom(1.25), 0: actions.fit,
  "/": () => $("find").focus() };
document.addEventListener("keydown", (e) => {
  if (e.target.matches("input, select, button") || e.ctrlKey || e.metaKey || !KEYS[e.key]) return;
  e.preventDefault(); KEYS[e.key]();
});
if (matchMedia("(prefers-color-scheme: dark)").matches) document.documentElement.classList.add("dark");
speak();
