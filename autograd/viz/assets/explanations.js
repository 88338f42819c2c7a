// One weight explained: the sum over paths from the loss, and how a training step corrected it.

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
