// Builds the page into dist/, which is committed: the same sources and lock file give the same bytes.
//   node build.mjs           build
//   node build.mjs --check   build beside it and say whether dist/ is what the sources give
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { drawn } from "./shapes.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const isCheck = process.argv.includes("--check");
const FIRST_VIEW_MAX = 150 * 1024;

async function filesOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

async function digestOf(folder) {
  const digest = createHash("sha256");
  for (const file of await filesOf(folder).catch(() => [])) digest.update(file + "\0").update(await readFile(join(folder, file)));
  return digest.digest("hex");
}

/** A module of the page, to be used here. */
async function sourceOf(file) {
  const { outputFiles } = await build({ absWorkingDir: here, entryPoints: [file], bundle: true, write: false, format: "esm", jsx: "automatic", jsxImportSource: "preact" });
  return import("data:text/javascript;base64," + Buffer.from(outputFiles[0].contents).toString("base64"));
}

const shapes = {
  name: "shapes",
  setup({ onLoad }) {
    const parsed = async (path) => JSON.parse(await readFile(path, "utf8"));
    onLoad({ filter: /world-atlas[\\/]countries-110m\.json$/ }, async ({ path }) => {
      const { projected } = await sourceOf("src/projection.ts"), finer = await parsed(join(dirname(path), "countries-50m.json"));
      return { contents: JSON.stringify(drawn(await parsed(path), projected, finer)), loader: "json" };
    });
  },
};

/* uPlot makes a formatter of numbers when it is read, which takes a browser 40 ms: the page writes its numbers by itself. */
const plain = {
  name: "plain",
  setup({ onLoad }) {
    onLoad({ filter: /uplot[\\/]dist[\\/]uPlot\.esm\.js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8"), changed = text.replace(/new Intl\.NumberFormat\([^)]*\)/, "{ format: String }");
      if (changed === text) throw new Error("uPlot makes no formatter any more: leave out what replaces it");
      return { contents: changed };
    });
  },
};

/* What a browser may ask beside the script, as lines "VIEW VALUE-OF-A-LINK-HEADER" for plugins/web/page.c; '*' is what the view is of. */
async function ahead(metafile) {
  const { first } = await sourceOf("src/first.ts"), { addressOf } = await sourceOf("src/api.ts");
  const fileOf = (source) => "/assets/" + Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint?.endsWith(source))[0].split("/").pop();
  const modules = { map: "world-atlas/countries-110m.json", timeline: "uplot/dist/uPlot.esm.js", country: "uplot/dist/uPlot.esm.js" };
  const lines = [];
  for (const [view, questions] of Object.entries(first)) {
    const addresses = [{ path: "me" }, ...questions({}, new URLSearchParams(), "*")].map(({ path, parameters }) => addressOf(path, parameters));
    for (const address of addresses) lines.push(`${view} <${address}>; rel=preload; as=fetch; crossorigin`);
    if (modules[view]) lines.push(`${view} <${fileOf(modules[view])}>; rel=modulepreload`);
  }
  return lines.join("\n") + "\n";
}

async function buildInto(folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const result = await build({
    absWorkingDir: here,
    entryPoints: ["src/main.tsx"],
    outdir: join(folder, "assets"),
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2021",
    minify: true,
    legalComments: "none",
    jsx: "automatic",
    jsxImportSource: "preact",
    loader: { ".json": "json" },
    plugins: [shapes, plain],
    metafile: true,
    logLevel: "warning",
  });
  const outputs = Object.entries(result.metafile.outputs);
  const main = outputs.find(([, output]) => output.entryPoint === "src/main.tsx");
  const script = "/assets/" + main[0].split("/").pop();
  const style = "/assets/" + main[1].cssBundle.split("/").pop();
  const wanted = atOnce(result.metafile, main);
  const page = (await readFile(join(here, "src/index.html"), "utf8")).replace("@SCRIPT@", script).replace("@STYLE@", style);
  await writeFile(join(folder, "index.html"), page);
  await writeFile(join(folder, "ahead.txt"), await ahead(result.metafile));
  await cp(join(here, "src/icon.svg"), join(folder, "icon.svg"));
  await cp(join(here, "src/manifest.webmanifest"), join(folder, "manifest.webmanifest"));
  await writeFile(join(folder, "licences.txt"), await licences());
  return sizeOf(folder, wanted);
}

/* What a browser loads before it shows anything, the page aside: the style, the script and what that imports at once. */
function atOnce(metafile, [name, output]) {
  const wanted = new Set([name, output.cssBundle]);
  const follow = (from) => {
    for (const { path, kind } of metafile.outputs[from].imports)
      if (kind === "import-statement" && !wanted.has(path)) {
        wanted.add(path);
        follow(path);
      }
  };
  follow(name);
  return wanted;
}

async function sizeOf(folder, wanted) {
  let size = gzipSync(await readFile(join(folder, "index.html")), { level: 9 }).length;
  for (const file of wanted) size += gzipSync(await readFile(join(folder, "assets", file.split("/").pop())), { level: 9 }).length;
  return size;
}

/* Of every package whose code is in the bundle. */
async function licences() {
  const names = ["preact", "uplot", "d3-geo", "world-atlas"];
  let text = "The dashboard's page holds code and data of these packages. The map's shapes are Natural Earth's (public domain).\n";
  for (const name of names) {
    const folder = join(here, "node_modules", name);
    const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    text += `\n== ${name} ${version} (${license})\n\n${file ? await readFile(join(folder, file), "utf8") : ""}`;
  }
  return text;
}

const dist = join(here, "dist");
const folder = isCheck ? await mkdtemp(join(tmpdir(), "entente-page-")) : dist;
const size = await buildInto(folder);
console.log(`first view: ${(size / 1024).toFixed(1)} KiB compressed`);
if (size > FIRST_VIEW_MAX) {
  console.error(`the first view is larger than ${FIRST_VIEW_MAX / 1024} KiB`);
  process.exitCode = 1;
}
if (isCheck) {
  if ((await digestOf(folder)) !== (await digestOf(dist))) {
    console.error("web/dist is not what web/src gives: run 'npm run build' in web/ and commit dist/");
    process.exitCode = 1;
  }
  await rm(folder, { recursive: true });
}
