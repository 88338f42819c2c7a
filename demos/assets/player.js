// One moment of a figure after the other: a slider, and a button that moves it.
// Paths ([data-points]) are drawn up to the moment, and of the frames ([data-frame]) the one
// of the moment is shown. Without JavaScript all is as it was written.
(() => {
  const figure = document.currentScript.previousElementSibling;
  const slider = figure.querySelector('input[type="range"]');
  const button = figure.querySelector("button");
  const clock = figure.querySelector("output");
  const times = JSON.parse(figure.dataset.times);
  const paths = [...figure.querySelectorAll("[data-points]")].map((group) => ({
    points: group.dataset.points.split(" "),
    line: group.querySelector("polyline"),
    head: group.querySelector(".head"),
  }));
  const frames = [...figure.querySelectorAll("[data-frame]")];
  let timer = null;

  function show() {
    const now = Number(slider.value);
    clock.textContent = times[now];
    for (const { points, line, head } of paths) {
      const last = Math.min(now, points.length - 1);
      line.setAttribute("points", points.slice(0, last + 1).join(" "));
      head.setAttribute("transform", `translate(${points[last]})`);
    }
    frames.forEach((frame, i) => frame.setAttribute("visibility", i === now ? "visible" : "hidden"));
  }

  function pause() {
    clearInterval(timer);
    timer = null;
    button.setAttribute("aria-pressed", "false");
  }

  button.addEventListener("click", () => {
    if (timer !== null) return pause();
    if (slider.value === slider.max) slider.value = 0;
    button.setAttribute("aria-pressed", "true");
    const pace = Math.max(60, Math.min(400, 6000 / times.length));
    timer = setInterval(() => {
      slider.value = Number(slider.value) + 1;
      show();
      if (slider.value === slider.max) pause();
    }, pace);
    show();
  });
  slider.addEventListener("input", () => { pause(); show(); });
  for (const box of figure.querySelectorAll('input[type="checkbox"]')) {
    box.addEventListener("change", () => {
      const path = figure.querySelector(`[data-name="${box.value}"]`);
      path.setAttribute("visibility", box.checked ? "visible" : "hidden");
    });
  }
  show();
})();
