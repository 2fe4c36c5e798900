// app/web/pack_drive.js -- the page to drive in, as one file: node pack_drive.js GLUE WASM OUT [POLICY...]. Its
// content-security policy names its own script and style by their hashes: nothing else runs, nothing is loaded or sent.
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const pack = require('./pack.js');
const [glue, wasm, out, ...policies] = process.argv.slice(2);
const own = (name) => path.join(__dirname, name);
const hash = (text) => "'sha256-" + crypto.createHash('sha256').update(text).digest('base64') + "'";

const names = new Set();
const files = policies.map((file) => {
  const name = path.basename(file);
  if (names.has(name)) throw new Error('two policies of the name ' + name);
  names.add(name);
  return { path: name, base64: fs.readFileSync(file).toString('base64') };
});
const script = 'var VERGE_FILES=' + JSON.stringify(files).replace(/</g, '\\u003c') + ';\n' +
  pack(glue, wasm, ['fit.js', 'drive_store.js', 'drive_hands.js', 'drive_sound.js', 'drive.js'].map(own));
const style = fs.readFileSync(own('drive.css'), 'utf8');
const parts = {
  POLICY: "default-src 'none'; script-src " + hash(script) + " 'wasm-unsafe-eval'; style-src " + hash(style) +
    "; img-src data: blob:; base-uri 'none'; form-action 'none'",
  STYLE: style,
  SCRIPT: script
};
fs.writeFileSync(out, fs.readFileSync(own('drive.html'), 'utf8').replace(/@([A-Z]+)@/g, (all, part) => parts[part]));
