// What is known of the node or arrow one points at.

function refresh() {
  $("sentence").textContent = sentence(at ? steps[at - 1] : { node: -1, edges: [] });
  if (shown) tell(shown);
  else $("facts").replaceChildren(element("p", { class: "hint" }, words.hint));
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
