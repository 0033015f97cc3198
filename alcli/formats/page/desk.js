// The row on the desk, and how it looks.

let work = null; // of whom is labelling
let current = null; // the row on the desk; null when all are done
const spent = new Map(); // ms on rows that were left

/** Put this row on the desk; null says that all are done. */
function show(row) {
  leave();
  current = row;
  watch.restart(spent.get(row) ?? 1000 * work.of(row).seconds);
  $("comment").value = work.of(row).comment;
  $("search").value = "";
  draw();
  $("example").scrollTop = 0;
  if (row === null) $("finish").focus();
  else toDesk();
}

/** What is on the desk, kept: the comment as it stands, and the time. */
function leave() {
  if (current === null) return;
  spent.set(current, watch.tick());
  const comment = $("comment").value.trim();
  const { label, comment: before } = work.of(current);
  if (comment !== before) work.record(current, label, comment, seconds());
}

const seconds = () => Math.round(watch.tick() / 100) / 10;

/** The focus, where the next answer is given; on a phone the keyboard stays down. */
function toDesk() {
  const typed = !few && !matchMedia("(pointer: coarse)").matches;
  $(typed ? "search" : "example").focus({ preventScroll: true });
}

const say = (text) => $("said").replaceChildren(readable(text));

function alarm(text) {
  $("alarm").textContent = text;
  $("alarm").hidden = false;
}

function draw() {
  const n = batch.rows.length;
  const done = work.labelled.length;
  document.title = `${done}/${n} ${$("title").textContent}`;
  $("pace").textContent = pace(work);
  Object.assign($("progress"), { max: n, value: done });
  $("who").hidden = false;
  $("who").replaceChildren(readable(work.annotator));
  $("who").setAttribute("aria-label", `Labelling as ${work.annotator}: change`);
  $("save").className = work.unsaved ? "main" : "";
  for (const id of ["comment", "skip", "search"]) $(id).disabled = current === null;
  $("undo").disabled = !work.log.length;
  if (current === null) drawEnd(n);
  else drawRow(n);
  if (few) drawFew();
  else drawOptions();
}

const nameOf = (label) => (label === batch.skip ? "skipped" : label);

function drawRow(n) {
  const { label } = work.of(current);
  const cells = batch.rows[current];
  $("position").replaceChildren(`Row ${current + 1} of ${n} · `, told("bdi", "", cells[batch.name]));
  if (label) $("position").append(" ", told("span", "given", nameOf(label)));
  $("content").replaceChildren(...batch.shown.map((column) => drawCell(column, cells[column.at])));
}

function drawCell({ at, image }, cell) {
  const section = make("section");
  if (batch.shown.length > 1) section.append(told("h3", "", batch.header[at]));
  if (!cell.trim()) section.append(told("p", "text blank", "empty"));
  else section.append(image ? drawImage(cell) : told("div", "text", cell));
  return section;
}

/** The image at this path: absolute, or counted from the batch's folder. It is never an address of the network. */
function drawImage(path) {
  const whole = path.startsWith("/") ? `/${path.replace(/^\/+/, "")}` : `${batch.folder}/${path}`;
  const image = make("img", { alt: path, src: whole.toWellFormed().split("/").map(encodeURIComponent).join("/") });
  image.addEventListener("error", () => image.replaceWith(told("p", "text blank", `There is no image ${path}`)));
  return image;
}

function drawEnd(n) {
  const finish = Object.assign(button(save, "Save CSV"), { id: "finish", className: "main" });
  const said = told("p", "text", `All ${n} rows have an answer. Save the file and send it back.`);
  $("position").textContent = "Done";
  $("content").replaceChildren(said, finish);
}
