// A knob in a square. The kernel gets the latest place only: between two answers of the kernel,
// the widget manager keeps the last of many `save_changes`.

const STEP = 0.05;
const LEAP = 10; // steps, with Shift held
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

function render({ model, el }) {
  const pad = document.createElement("div");
  const map = document.createElement("img");
  const knob = document.createElement("div");
  pad.className = "fashionlab-pad";
  knob.className = "fashionlab-knob";
  map.alt = "";
  map.draggable = false;
  pad.tabIndex = 0;
  pad.setAttribute("role", "slider");
  pad.dataset.lmSuppressShortcuts = "true"; // of JupyterLab, which has a use for arrow keys
  pad.append(map, knob);
  el.append(pad);

  function go(x, y) {
    const reach = model.get("reach");
    const nearest = (value) =>
      Number(Math.min(reach, Math.max(-reach, Math.round(value / STEP) * STEP)).toFixed(2));
    model.set({ x: nearest(x), y: nearest(y) });
    model.save_changes();
  }

  function follow(event) {
    if (!pad.hasPointerCapture(event.pointerId)) return;
    const square = pad.getBoundingClientRect();
    const reach = model.get("reach");
    const right = (event.clientX - square.left) / square.width;
    const down = (event.clientY - square.top) / square.height;
    go((2 * right - 1) * reach, (1 - 2 * down) * reach);
  }

  pad.addEventListener("pointerdown", (event) => {
    pad.setPointerCapture(event.pointerId);
    follow(event);
  });
  pad.addEventListener("pointermove", follow);
  pad.addEventListener("keydown", (event) => {
    const size = STEP * (event.shiftKey ? LEAP : 2);
    if (event.key in KEYS) {
      const [right, up] = KEYS[event.key];
      go(model.get("x") + size * right, model.get("y") + size * up);
    } else if (event.key === "Home") {
      go(0, 0);
    } else {
      return;
    }
    event.preventDefault();
  });

  function move() {
    const [x, y, reach] = ["x", "y", "reach"].map((name) => model.get(name));
    const [across, up] = model.get("names");
    const text = `${across} ${x.toFixed(2)} to the right, ${up} ${y.toFixed(2)} upwards`;
    knob.style.left = `${50 + (50 * x) / reach}%`;
    knob.style.top = `${50 - (50 * y) / reach}%`;
    pad.title = `Drag, or use the arrow keys; Home goes to the middle`;
    const label = { label: text, valuetext: text, valuenow: x, valuemin: -reach, valuemax: reach };
    for (const [name, value] of Object.entries(label)) pad.setAttribute(`aria-${name}`, value);
  }

  function draw() {
    URL.revokeObjectURL(map.src);
    map.src = URL.createObjectURL(new Blob([model.get("map")], { type: "image/png" }));
  }

  move();
  draw();
  model.on("change:x change:y change:reach change:names", move);
  model.on("change:map", draw);
  return () => URL.revokeObjectURL(map.src);
}

export default { render };
