"use strict";
// The page: what one sees and touches. All of it follows from one object, `state`, which is never
// changed but replaced; so undo only has to keep the old ones.

const REACH = 3; // how far a slider goes to either side
const STEP = 0.05; // between two places of a slider
const NUDGE = 0.2; // what an arrow key moves the dot by
const PAUSE = 150; // milliseconds of rest before the neighbours are drawn
const NEIGHBOURS = 16;
const SAVED = 448; // pixels, at least, that a saved picture is wide
const STEP_NAMES = {
  conv2d: "convolution",
  conv2dTranspose: "transposed convolution",
  scaleAndShift: "batch normalisation",
  relu: "ReLU",
  upsample: "enlarging",
  concatenate: "joining",
  add: "adding",
};

const find = id => document.getElementById(id);
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

// What the file brings

const explorer = JSON.parse(find("explorer").textContent);
const { latentDim, classes, directions } = explorer;
const network = buildNetwork(explorer, decode(find("weights").textContent));
const [height, width] = network.steps[network.output].shape;

function decode(base64) {
  return new Float32Array(Uint8Array.from(atob(base64), letter => letter.charCodeAt(0)).buffer);
}

// The state, and how it changes

let state = {
  garment: "1",
  strengths: directions.map(() => 0), // how far to go along each direction
  kind: 0, // positions in `classes`
  blend: Math.min(1, classes.length - 1),
  mix: 0, // how much of the second kind, from 0 to 1
};
let settled = state; // as the last finished gesture left it
const past = [];

// Follow the hand: called for every move of a gesture.
function show(changes) {
  state = { ...state, ...changes };
  clearTimeout(nextNeighbour);
  requestFrame();
}

// The gesture is over: from here undo leads back to before it.
function settle() {
  if (JSON.stringify(state) !== JSON.stringify(settled)) past.push(settled);
  settled = state;
  find("undo").disabled = past.length === 0;
  drawNeighboursSoon();
}

function change(changes) {
  show(changes);
  settle();
}

function undo() {
  settle(); // a gesture that is under way counts
  if (past.length === 0) return;
  settled = past.pop();
  change(settled);
}

function strengthen(changes) {
  show({ strengths: state.strengths.map((old, i) => changes[i] ?? old) });
}

// Pictures

function classWeights() {
  const weights = new Float32Array(classes.length);
  weights[state.kind] += 1 - state.mix;
  weights[state.blend] += state.mix;
  return weights;
}

function compute(garment) {
  const z = move(latentOf(garment, latentDim), directions, state.strengths);
  return run(network, classes.length ? [z, classWeights()] : [z]);
}

// From -1, black, to 1, white, into the canvas; it rounds, and cuts off what lies beyond.
function draw(canvas, image) {
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(width, height);
  image.forEach((value, i) => {
    const grey = (value + 1) * 127.5;
    pixels.data.set([grey, grey, grey, 255], 4 * i);
  });
  context.putImageData(pixels, 0, 0);
}

let requested = false;
let counts = []; // multiplications of each step
const readable = new Intl.NumberFormat("en");

// However many moves come in while the screen shows one frame, the next shows the last of them.
function requestFrame() {
  if (requested) return;
  requested = true;
  requestAnimationFrame(drawFrame);
}

function drawFrame() {
  requested = false;
  showControls();
  drawPicture();
}

function drawPicture() {
  const result = compute(state.garment);
  counts = result.counts;
  draw(find("picture"), result.image);
  find("count").textContent = readable.format(counts.reduce((sum, count) => sum + count));
  showCounts();
}

let nextNeighbour;

// The neighbours wait until the hand rests, and come one by one, so that they never delay it.
function drawNeighboursSoon() {
  clearTimeout(nextNeighbour);
  nextNeighbour = setTimeout(drawNeighbour, PAUSE, 0);
}

function drawNeighbour(i) {
  const button = find("neighbours").children[i];
  draw(button.firstChild, compute(neighbour(i)).image);
  if (i + 1 < NEIGHBOURS) nextNeighbour = setTimeout(drawNeighbour, 0, i + 1);
}

const neighbour = i => `${state.garment}.${i + 1}`;

function savePicture() {
  drawPicture(); // one may be on its way
  const zoom = Math.ceil(SAVED / width);
  const large = make("canvas", { width: zoom * width, height: zoom * height });
  const context = large.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(find("picture"), 0, 0, large.width, large.height);
  large.toBlob(file => {
    const address = URL.createObjectURL(file);
    make("a", { href: address, download: `garment-${state.garment.slice(0, 60)}.png` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  });
}

// Controls show the state ...

function showControls() {
  find("picture").ariaLabel = `Garment ${state.garment}`;
  find("seed").value = state.garment;
  sayWrong("");
  state.strengths.forEach((strength, i) => {
    const [, slider, readout] = find("sliders").children[i].children;
    slider.value = strength;
    readout.textContent = signed(strength);
  });
  if (directions.length > 1) showDot();
  if (classes.length) showClasses();
}

function signed(strength) {
  return (strength < 0 ? "−" : strength > 0 ? "+" : "") + Math.abs(strength).toFixed(2);
}

function showDot() {
  const axes = [find("across").value, find("up").value];
  const [x, y] = axes.map(axis => state.strengths[axis]);
  find("dot").style.left = `${50 + (50 * x) / REACH}%`;
  find("dot").style.top = `${50 - (50 * y) / REACH}%`;
  find("pad").ariaValueMin = -REACH;
  find("pad").ariaValueMax = REACH;
  find("pad").ariaValueNow = x;
  find("pad").ariaValueText = axes
    .map(axis => `${directions[axis].name}: ${signed(state.strengths[axis])}`)
    .join(", ");
}

function showClasses() {
  find("kind").value = state.kind;
  find("blend").value = state.blend;
  find("mix").value = state.mix;
  find("mix").nextElementSibling.textContent = `${Math.round(100 * state.mix)} %`;
}

function showCounts() {
  if (!find("inside").open) return;
  [...find("steps").children].forEach((row, i) => {
    row.lastChild.textContent = counts[i] ? readable.format(counts[i]) : "none";
  });
}

// ... and change it

function makeSlider({ name }, i) {
  const slider = make("input", { id: `direction-${i}`, type: "range" });
  Object.assign(slider, { min: -REACH, max: REACH, step: STEP });
  slider.addEventListener("input", () => strengthen({ [i]: Number(slider.value) }));
  settleAfter(slider);
  const label = make("label", { htmlFor: slider.id, textContent: name });
  // The slider itself tells its value to a screen reader.
  const readout = make("span", { className: "readout", ariaHidden: true });
  return make("div", { className: "line" }, label, slider, readout);
}

// A slider that was dragged there and back reports no change, but its gesture is over too.
function settleAfter(slider) {
  slider.addEventListener("change", settle);
  slider.addEventListener("pointerup", settle);
}

function movePad(event) {
  const box = find("pad").getBoundingClientRect();
  const place = share => Math.round((clamp(2 * share - 1, -1, 1) * REACH) / STEP) * STEP;
  strengthen({
    [find("across").value]: place((event.clientX - box.left) / box.width),
    [find("up").value]: place(1 - (event.clientY - box.top) / box.height),
  });
}

const ARROWS = {
  ArrowLeft: ["across", -1], ArrowRight: ["across", 1], ArrowDown: ["up", -1], ArrowUp: ["up", 1],
};

function nudgePad(event) {
  if (!(event.key in ARROWS)) return;
  event.preventDefault(); // the page would scroll
  const [select, sign] = ARROWS[event.key];
  const axis = find(select).value;
  strengthen({ [axis]: clamp(state.strengths[axis] + sign * NUDGE, -REACH, REACH) });
}

function makePad() {
  const pad = find("pad");
  for (const [id, axis] of [["across", 0], ["up", 1]]) {
    find(id).append(...directions.map(({ name }, i) => new Option(name, i, i === axis)));
    find(id).value = axis;
  }
  // One direction both ways would leave the dot no place: the axes change places instead.
  for (const [id, other] of [["across", "up"], ["up", "across"]]) {
    let before = find(id).value;
    find(id).addEventListener("focus", () => { before = find(id).value; });
    find(id).addEventListener("change", () => {
      if (find(other).value === find(id).value) find(other).value = before;
      before = find(id).value;
      showDot();
    });
  }
  pad.addEventListener("pointerdown", event => {
    pad.setPointerCapture(event.pointerId); // follow the hand beyond the edge, too
    movePad(event);
  });
  pad.addEventListener("pointermove", event => {
    if (pad.hasPointerCapture(event.pointerId)) movePad(event);
  });
  pad.addEventListener("lostpointercapture", settle);
  pad.addEventListener("keydown", nudgePad);
  pad.addEventListener("keyup", settle);
}

function makeClasses() {
  for (const id of ["kind", "blend"]) {
    find(id).append(...classes.map((name, i) => new Option(name, i)));
    find(id).addEventListener("change", () => change({ [id]: Number(find(id).value) }));
  }
  find("mix").addEventListener("input", () => show({ mix: Number(find("mix").value) }));
  settleAfter(find("mix"));
}

function makeNeighbour(_, i) {
  const button = make("button", { ariaLabel: `Neighbour ${i + 1} of ${NEIGHBOURS}` });
  button.append(make("canvas", { width, height }));
  button.addEventListener("click", () => change({ garment: neighbour(i) }));
  return button;
}

function makeStep({ kind, shape, size, stride }) {
  const how = size ? `, kernel ${size} × ${size}, stride ${stride}` : "";
  const cells = [(STEP_NAMES[kind] ?? kind) + how, shape.join(" × "), ""];
  return make("tr", {}, ...cells.map(textContent => make("td", { textContent })));
}

const hint = find("hint").textContent;

function sayWrong(text) {
  find("seed").ariaInvalid = text !== "";
  // A screen reader reads this line whenever it is written.
  if (find("hint").textContent !== (text || hint)) find("hint").textContent = text || hint;
}

function typeGarment() {
  const typed = find("seed").value.trim();
  if (isGarment(typed)) change({ garment: typed });
  else sayWrong(`“${typed}” is no garment number. Type one such as 42 or 42.7.`);
}

document.addEventListener("keydown", event => {
  const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key === "z";
  const typing = event.target === find("seed") && find("seed").value !== state.garment;
  if (!isUndo || typing) return;
  event.preventDefault();
  undo();
});

Object.assign(find("picture"), { width, height });
find("another").addEventListener("click", () =>
  change({ garment: String(Math.floor(Math.random() * 1e6)) }));
find("undo").addEventListener("click", undo);
find("save").addEventListener("click", savePicture);
find("reset").addEventListener("click", () => change({ strengths: directions.map(() => 0) }));
find("seed").addEventListener("change", typeGarment);
find("inside").addEventListener("toggle", showCounts);
find("sliders").append(...directions.map(makeSlider));
find("plane").hidden = directions.length < 2;
if (directions.length > 1) makePad();
find("classes").hidden = classes.length === 0;
if (classes.length) makeClasses();
find("neighbours").append(...Array.from({ length: NEIGHBOURS }, makeNeighbour));
find("steps").append(...network.steps.map(makeStep));
drawFrame();
settle();
