// What the batch holds becomes text nodes and nothing else.

const batch = JSON.parse(document.getElementById("batch").textContent);
const free = batch.classes.length === 0; // labels are typed, none are given
const few = !free && batch.classes.length <= 10; // a number key for each

const $ = (id) => document.getElementById(id);

/** An element with these properties around these children; strings become text. */
function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function button(act, ...children) {
  const element = make("button", { type: "button" }, ...children);
  element.addEventListener("click", act);
  return element;
}

// What does not print, but for line ends and tabs and the joiners and soft hyphens that scripts are written with.
const UNSEEN = /(?:(?![\t\n\u00ad\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}])+/gu;

/** The text as nodes: controls, bidi marks and half characters are spelled out rather than obeyed. */
function readable(text) {
  const nodes = document.createDocumentFragment();
  const lines = text.replace(/\r\n?/g, "\n");
  let end = 0;
  for (const found of lines.matchAll(UNSEEN)) {
    nodes.append(lines.slice(end, found.index), make("span", { className: "unseen" }, spelled(found[0])));
    end = found.index + found[0].length;
  }
  nodes.append(lines.slice(end));
  return nodes;
}

function spelled(characters) {
  const one = (character) => {
    const code = character.codePointAt(0);
    const [mark, width] = code > 0xffff ? ["U", 8] : code > 0xff ? ["u", 4] : ["x", 2];
    return `\\${mark}${code.toString(16).padStart(width, "0")}`;
  };
  return Array.from(characters, one).join("");
}

/** Readable text in an element that finds its own direction and is in no language we know. */
const told = (tag, className, text) => make(tag, { className, dir: "auto", lang: "" }, readable(text));

/** For comparing what was typed: without case and accents. */
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
