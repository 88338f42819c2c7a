// The page of autograd.play: buttons and keys, and how it begins. It steps through a recorded graph,
// first every value forward, then every gradient backward; with several frames also through a training.

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
