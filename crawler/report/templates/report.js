"use strict";
// The page's own script: draws each specification with the library above. No picture may keep another from being drawn.
for (const holder of document.querySelectorAll(".chart[data-spec]")) {
  const spec = JSON.parse(document.getElementById(holder.dataset.spec).textContent);
  const options = {renderer: "svg", actions: false, ast: true, defaultStyle: false, tooltip: {theme: "custom"}};
  vegaEmbed(holder, spec, options).then(
    () => holder.classList.add("drawn"),
    (error) => { holder.textContent = "The picture could not be drawn: " + error.message; },
  );
}
// what lies in closed details is printed too
const closed = [];
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details:not([open])")) { details.open = true; closed.push(details); }
});
addEventListener("afterprint", () => { for (const details of closed.splice(0)) details.open = false; });
