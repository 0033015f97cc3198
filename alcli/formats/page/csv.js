// What is saved: CSV by the rules of the handoff files.

// What a spreadsheet would run as a formula; a plain negative number is none. Guards already there belong to it.
const RUNS = /^(?:'*(?:[=+@\t\r\n\uff1d\uff0b\uff0d\uff20]|-(?!\p{Nd}+(?:\.\p{Nd}+)?$))|'+-)/u;

const inert = (cell) => (RUNS.test(cell) ? `'${cell}` : cell);
const quoted = (cell) => (cell ? `"${inert(cell).replaceAll('"', '""').replaceAll("\0", "")}"` : "");

/** The rows that have a label, with what was handed out unchanged; the others stay out, to be answered later. */
function csv(work) {
  const own = ["annotator", "seconds"].filter((name) => !batch.header.includes(name));
  const header = [...batch.header, ...own];
  const lines = [header];
  for (const answer of work.labelled.sort((a, b) => a.row - b.row)) {
    const cells = [...batch.rows[answer.row], ...own.map(() => "")];
    cells[batch.label] = answer.label;
    cells[batch.comment] = answer.comment;
    cells[header.indexOf("annotator")] = work.annotator;
    cells[header.indexOf("seconds")] = String(answer.seconds);
    lines.push(cells);
  }
  const text = lines.map((cells) => `${cells.map(quoted).join(",")}\n`).join("");
  return /[^\0-\x7f]/.test(text) ? `\ufeff${text}` : text; // without the mark Excel shows Ã© for é
}

/** `round-003-ana.csv`, after this page's own name, which names the annotator already whom the page is for. */
function fileName(annotator) {
  const page = location.pathname.split("/").at(-1).replace(/\.html?$/i, "");
  const name = annotator.normalize("NFC").replace(/[^\p{L}\p{M}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
  let stem = page;
  try {
    stem = decodeURIComponent(page);
  } catch {} // a name that is no UTF-8
  if (stem && annotator === batch.annotator) return `${stem}.csv`;
  return `${stem || "answers"}-${name.toLowerCase() || "labelled"}.csv`;
}
