// Filtering and opening; the page is complete without it.
(() => {
  const tests = [...document.querySelectorAll(".test")];
  const tools = document.querySelector(".tools");
  const hidden = new Set();
  let words = "";

  const textOf = (test) =>
    (test.querySelector("summary").textContent + " " + test.parentElement.dataset.bench).toLowerCase();
  const texts = new Map(tests.map((test) => [test, textOf(test)]));

  const apply = () => {
    for (const test of tests)
      test.hidden = hidden.has(test.dataset.verdict) || !words.split(/\s+/).every((word) => texts.get(test).includes(word));
    for (const bench of document.querySelectorAll(".bench")) {
      const own = [...bench.querySelectorAll(".test")];
      bench.hidden = own.length > 0 && own.every((test) => test.hidden);
    }
  };

  const openTarget = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target || !target.matches(".test")) return;
    target.hidden = target.parentElement.hidden = false;
    target.open = true;
    target.scrollIntoView();
  };

  for (const verdict of new Set(tests.map((test) => test.dataset.verdict))) {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-pressed", "true");
    button.append(document.querySelector(`.test > summary > .badge.v-${verdict}`).cloneNode(true));
    button.addEventListener("click", () => {
      const shown = hidden.has(verdict);
      shown ? hidden.delete(verdict) : hidden.add(verdict);
      button.setAttribute("aria-pressed", String(shown));
      apply();
    });
    tools.querySelector(".filters").append(button);
  }
  tools.querySelector("input").addEventListener("input", (event) => {
    words = event.target.value.trim().toLowerCase();
    apply();
  });
  for (const button of tools.querySelectorAll("[data-all]"))
    button.addEventListener("click", () => {
      for (const test of tests) test.open = button.dataset.all === "open";
    });
  addEventListener("hashchange", openTarget);
  // Paper shows everything that is on the page.
  addEventListener("beforeprint", () => {
    for (const test of tests) test.open = true;
  });
  tools.hidden = tests.length < 2;
  openTarget();
})();
