// Forward value by value and back message by message: what is known at a step, and its sentence.

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
