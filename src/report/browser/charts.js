/**
 * Charts that answer a pointer and follow the check boxes with their axes. Without this script the page is complete:
 * the drawings are there, and style alone hides algorithms.
 */
(async () => {
  const { View, parse, expressionInterpreter, Handler } = await unpacked();
  const { names, charts } = JSON.parse(document.getElementById("charts").textContent);
  const boxes = names.map((_, index) => document.getElementById(`show-a${index}`));
  const tooltip = new Handler({ disableDefaultStyle: true }).call;
  const views = new Map(); // by the element that holds the drawing

  const hiddenNames = () => names.filter((_, index) => boxes[index] !== null && !boxes[index].checked);

  /** The library that draws lies in the page packed. The page's policy names its hash, so that it may run. */
  async function unpacked() {
    const bytes = Uint8Array.from(atob(document.getElementById("vega").textContent), one =>
      one.charCodeAt(0),
    );
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    const script = document.createElement("script");
    script.textContent = await new Response(stream).text();
    document.head.append(script);
    return globalThis.consensusBenchVega;
  }

  /** Axes reach as far as the algorithms that are shown. */
  function signalsOf({ reach }, { group, signals }, hidden) {
    const wanted = { hidden };
    for (const [axis, groups] of Object.entries(reach)) {
      const shown = Object.entries(groups[group] ?? {}).filter(([name]) => !hidden.includes(name));
      if (shown.length === 0) continue;
      wanted[`${axis}Low`] = Math.min(...shown.map(([, [low]]) => low));
      wanted[`${axis}High`] = Math.max(...shown.map(([, [, high]]) => high));
    }
    return { ...wanted, ...signals };
  }

  function apply(view, chart, panel, hidden) {
    for (const [name, value] of Object.entries(signalsOf(chart, panel, hidden))) view.signal(name, value);
  }

  /** Draws beside the drawing that is there, and takes its place once it is done. */
  async function enliven(element) {
    const chart = charts[element.dataset.chart];
    const panel = chart.panels[Number(element.dataset.panel)];
    const runtime = parse(chart.spec, undefined, { ast: true });
    const view = new View(runtime, { expr: expressionInterpreter, renderer: "svg", tooltip });
    apply(view, chart, panel, hiddenNames());
    for (const [name, rows] of Object.entries(panel.data)) view.insert(name, rows);
    const place = document.createElement("div");
    view.initialize(place);
    await view.runAsync();
    element.replaceChildren(place);
    views.set(element, { view, chart, panel });
    // A box may have changed while it was drawn.
    apply(view, chart, panel, hiddenNames());
    await view.runAsync();
  }

  for (const box of boxes) {
    box?.addEventListener("change", () => {
      const hidden = hiddenNames();
      for (const { view, chart, panel } of views.values()) {
        apply(view, chart, panel, hidden);
        view.runAsync();
      }
    });
  }

  const watcher = new IntersectionObserver(
    entries => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        watcher.unobserve(target);
        enliven(target);
      }
    },
    { rootMargin: "200px" },
  );
  for (const element of document.querySelectorAll(".drawing")) watcher.observe(element);
})();
