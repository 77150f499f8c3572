// Holds dist/ against the facts about upstream: the manifests against the CRDs' structure (as the API server decodes
// strictly: unknown fields are refused), the standalone files against agentgateway's own schema.
//
//   node .ci/parity.mjs FACTS_DIR
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const { default: Ajv2020 } = require('ajv/dist/2020');
const { parseAllDocuments } = require('yaml');

const [facts] = process.argv.slice(2);
const FORMATS = ['const', 'double', 'float', 'int32', 'int64', 'quantity', 'date-time', 'byte', 'uint'];
const SIZED = ['uint8', 'uint16', 'uint32', 'uint64'];

const yamlFiles = (folder) =>
  readdirSync(folder, { recursive: true })
    .filter((file) => /\.ya?ml$/.test(file))
    .sort()
    .map((file) => join(folder, file));

const documentsOf = (text) =>
  parseAllDocuments(text)
    .map((document) => document.toJS())
    .filter(Boolean);

function newAjv() {
  const ajv = new Ajv2020({ strict: false, allErrors: true, logger: false });
  for (const format of [...FORMATS, ...SIZED]) ajv.addFormat(format, true);
  return ajv;
}

/** A CRD's structural schema as JSON Schema: what it does not name is refused, as in strict decoding. */
function strict(node) {
  if (Array.isArray(node)) return node.map(strict);
  if (node === null || typeof node !== 'object') return node;
  if (node['x-kubernetes-int-or-string']) return { anyOf: [{ type: 'integer' }, { type: 'string' }] };
  const copy = { ...node };
  for (const key of ['items', 'additionalProperties', 'not'])
    if (typeof copy[key] === 'object') copy[key] = strict(copy[key]);
  // Branches of these only constrain: the fields are named beside them.
  delete copy.allOf;
  delete copy.anyOf;
  delete copy.oneOf;
  if (!node.properties) return copy;
  copy.properties = Object.fromEntries(
    Object.entries(node.properties).map(([name, property]) => [name, strict(property)]),
  );
  if (!node['x-kubernetes-preserve-unknown-fields'] && copy.additionalProperties === undefined)
    copy.additionalProperties = false;
  return copy;
}

function crdSchemas() {
  const schemas = new Map();
  for (const channel of ['gateway-api-standard', 'agentgateway'])
    for (const file of yamlFiles(join(facts, channel)))
      for (const { kind, spec } of documentsOf(readFileSync(file, 'utf8'))) {
        if (kind !== 'CustomResourceDefinition') continue;
        for (const { name, schema } of spec.versions) {
          const structure = strict(schema.openAPIV3Schema);
          structure.properties.metadata = { type: 'object' };
          schemas.set(`${spec.group}/${name} ${spec.names.kind}`, structure);
        }
      }
  return schemas;
}

function report(place, errors) {
  for (const { instancePath, message, params } of errors)
    console.error(`${place}${instancePath}: ${message} ${JSON.stringify(params)}`);
  return errors.length;
}

function checkManifests() {
  const schemas = crdSchemas();
  const ours = new Set([...schemas.keys()].map((key) => key.split('/')[0]));
  const ajv = newAjv();
  let checked = 0;
  let wrong = 0;
  for (const file of yamlFiles('dist/kubernetes'))
    for (const object of documentsOf(readFileSync(file, 'utf8'))) {
      const key = `${object.apiVersion} ${object.kind}`;
      const schema = schemas.get(key);
      const place = `${file} ${object.kind} ${object.metadata?.name}`;
      if (!schema && !ours.has(object.apiVersion.split('/')[0])) continue;
      if (!schema) {
        wrong += report(place, [{ instancePath: '', message: 'no such kind', params: { key } }]);
        continue;
      }
      checked++;
      const validate = ajv.compile(schema);
      if (!validate(object)) wrong += report(place, validate.errors);
    }
  console.log(`${checked} manifests of ${ours.size} groups checked against the CRDs`);
  return checked === 0 ? 1 : wrong;
}

function checkStandalone() {
  const schema = JSON.parse(
    readFileSync(join(facts, 'agentgateway', 'standalone-config.json'), 'utf8'),
  );
  const validate = newAjv().compile(schema);
  const files = yamlFiles('dist/standalone');
  let wrong = 0;
  for (const file of files) {
    // agentgateway expands variables in the text before it parses it.
    const [document] = documentsOf(readFileSync(file, 'utf8').replaceAll('$$', '$'));
    if (!validate(document)) wrong += report(file, validate.errors);
  }
  console.log(`${files.length} standalone files checked against agentgateway's schema`);
  return files.length === 0 ? 1 : wrong;
}

const wrong = checkManifests() + checkStandalone();
if (wrong > 0) console.error(`${wrong} differences`);
process.exit(wrong > 0 ? 1 : 0);
