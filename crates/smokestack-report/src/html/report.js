// What is nice to have: a filter, and keys. Without it everything is on the page all the same.
(() => {
  "use strict";
  const failures = [...document.querySelectorAll("#failures .failure")];
  const rows = [...document.querySelectorAll(".cases tbody tr")];

  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    element.append(...children);
    return element;
  };

  // The filter stands where the table of all cases begins.
  const input = make("input", { type: "search", id: "filter", placeholder: "part of a name, a component, an outcome" });
  const told = make("output", { for: "filter", class: "quiet" });
  const choice = document.querySelector(".choice");
  if (choice) choice.before(make("p", { class: "filter" }, make("label", { for: "filter" }, "Filter"), input, told));

  const filter = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      const matches = words.every((word) => text.includes(word));
      row.classList.toggle("unmatched", !matches);
      shown += matches;
    }
    told.textContent = words.length ? `${shown} of ${rows.length}` : "";
  };
  input.addEventListener("input", filter);

  const keys = [
    ["j", "the next failure"],
    ["k", "the failure before"],
    ["/", "filter the cases"],
    ["Esc", "leave the filter, and empty it"],
    ["?", "these keys"],
  ];
  const help = make("dialog", { id: "keys", "aria-label": "Keys" }, make("dl", {}, ...keys.flatMap(([key, what]) =>
    [make("dt", {}, make("kbd", {}, key)), make("dd", {}, what)])));
  document.body.append(help);
  document.querySelector("footer").append(make("p", {}, "Press ", make("kbd", {}, "?"), " for keys."));

  // From the failure that has the focus, or from what is in sight.
  const go = (step) => {
    const focused = failures.indexOf(document.activeElement.closest(".failure"));
    const inSight = failures.findIndex((failure) => failure.getBoundingClientRect().bottom > 60);
    const start = inSight < 0 ? failures.length : inSight;
    const next = focused >= 0 ? focused + step : step > 0 ? start : start - 1;
    const failure = failures[Math.max(0, Math.min(failures.length - 1, next))];
    if (!failure) return;
    failure.focus({ preventScroll: true });
    failure.scrollIntoView();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === input) {
      if (event.key !== "Escape") return;
      input.value = "";
      filter();
      input.blur();
    } else if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else if (event.key === "?" && !help.open) help.showModal();
    else if (event.key === "?") help.close();
    else if (event.key === "/" && choice) {
      input.focus();
      event.preventDefault();
    }
  });

  // Where styles cannot open what is folded, paper gets it all the same.
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
})();
