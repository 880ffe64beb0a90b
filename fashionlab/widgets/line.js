// A slider: the browser's own, which knows the mouse, fingers and keys. The kernel hears of what
// the hand does, and of nothing else.

function render({ model, el }) {
  const line = document.createElement("label");
  const name = document.createElement("span");
  const input = document.createElement("input");
  const number = document.createElement("output");
  line.className = "fashionlab-line";
  name.textContent = line.title = model.get("description");
  input.type = "range";
  input.step = 0.05;
  input.min = model.get("min");
  input.max = model.get("max");
  input.dataset.lmSuppressShortcuts = "true"; // of JupyterLab, which has a use for arrow keys
  input.setAttribute("aria-label", model.get("description"));
  line.append(name, input, number);
  el.append(line);

  input.addEventListener("input", () => {
    model.set("value", input.valueAsNumber);
    model.save_changes();
  });

  function move() {
    input.value = model.get("value");
    number.textContent = model.get("value").toFixed(2);
  }

  move();
  model.on("change:value", move);
}

export default { render };
