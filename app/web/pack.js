// app/web/pack.js -- one script of the compiled program, its bytes and what calls it: node pack.js GLUE WASM OUT SCRIPT...
// The script goes into pages that are XML too, between CDATA marks, so it holds neither ]]> nor the end of a script.
const fs = require('fs');
const zlib = require('zlib');

function pack(glue, wasm, scripts) {
  const packed = zlib.gzipSync(fs.readFileSync(wasm), { level: 9 }).toString('base64');
  const text = '(function(){\n' + fs.readFileSync(glue, 'utf8').replace(/if\s*\(typeof exports[\s\S]*$/, '') +
    '\nvar VERGE_WASM="' + packed + '";\n' + scripts.map((script) => fs.readFileSync(script, 'utf8')).join('') + '})();\n';
  const safe = text.replace(/\]\]>/g, ']] >');
  if (/<\/script|<!--/i.test(safe)) throw new Error('the script would end its own element');
  return safe;
}
module.exports = pack;

if (require.main === module) {
  const [glue, wasm, out, ...scripts] = process.argv.slice(2);
  fs.writeFileSync(out, pack(glue, wasm, scripts));
}
