// Small pictures, each a button: Tab leads to the row, the arrow keys from one to the next.

function render({ model, el }) {
  const row = document.createElement("div");
  row.className = "fashionlab-tiles";
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", model.get("title"));
  row.style.setProperty("--columns", model.get("columns"));
  row.style.setProperty("--size", `${model.get("size")}px`);
  el.append(row);

  function add() {
    const tile = document.createElement("button");
    const number = row.children.length;
    tile.type = "button";
    tile.tabIndex = number ? -1 : 0;
    tile.dataset.lmSuppressShortcuts = "true"; // of JupyterLab, which has a use for arrow keys
    tile.append(document.createElement("canvas"));
    tile.addEventListener("click", () => model.send({ tile: number }));
    tile.addEventListener("focus", () => {
      for (const other of row.children) other.tabIndex = other === tile ? 0 : -1;
    });
    row.append(tile);
  }

  function paint(canvas, pixels, height, width, channels) {
    const image = new ImageData(width, height);
    for (let i = 0; i < width * height; i++)
      for (let c = 0; c < 4; c++)
        image.data[4 * i + c] = c === 3 ? 255 : pixels[channels * i + (channels === 3 ? c : 0)];
    [canvas.height, canvas.width] = [height, width];
    canvas.getContext("2d").putImageData(image, 0, 0);
  }

  function draw() {
    const [number, height, width, channels] = model.get("shape");
    const [labels, view] = [model.get("labels"), model.get("pixels")];
    const pixels = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    const each = height * width * channels;
    while (row.children.length > number) row.lastChild.remove();
    while (row.children.length < number) add();
    [...row.children].forEach((tile, i) => {
      paint(tile.firstChild, pixels.subarray(i * each, (i + 1) * each), height, width, channels);
      tile.title = labels[i];
      tile.setAttribute("aria-label", labels[i]);
    });
    if (number && !row.querySelector("[tabindex='0']")) row.firstChild.tabIndex = 0;
    mark();
  }

  function mark() {
    [...row.children].forEach((tile, i) =>
      tile.setAttribute("aria-pressed", i === model.get("chosen")),
    );
  }

  row.addEventListener("keydown", (event) => {
    const [here, last] = [[...row.children].indexOf(event.target), row.children.length - 1];
    const next = {
      ArrowLeft: here - 1,
      ArrowRight: here + 1,
      ArrowUp: here - model.get("columns"),
      ArrowDown: here + model.get("columns"),
      Home: 0,
      End: last,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    row.children[next]?.focus();
  });

  draw();
  model.on("change:pixels change:labels", draw);
  model.on("change:chosen", mark);
}

export default { render };
