// node server.cjs JSON: a node-opcua server on a loopback port; prints its port as a JSON line. Each line on
// its standard input is {name: {value, type, status, source}} and changes those variables. It ends with
// its input.
'use strict';
const readline = require('node:readline');
const { OPCUAServer } = require('node-opcua-server');
const { MessageSecurityMode, SecurityPolicy } = require('node-opcua-secure-channel');
const { OPCUACertificateManager } = require('node-opcua-certificate-manager');
const { DataType, Variant, VariantArrayType } = require('node-opcua-variant');
const { DataValue } = require('node-opcua-data-value');
const { StatusCodes } = require('node-opcua-status-code');
const { LocalizedText } = require('node-opcua-data-model');
const { Range } = require('node-opcua-types');

const options = JSON.parse(process.argv[2]);

function variant({ type, value, array }) {
  if (type === 'Null') return new Variant({ dataType: DataType.Null });
  if (type === 'Range') return new Variant({ dataType: DataType.ExtensionObject, value: new Range(value) });
  if (type === 'LocalizedText') value = new LocalizedText(value);
  if (type === 'ByteString') value = Buffer.from(value, 'base64');
  if (type === 'DateTime') value = new Date(value);
  if (value === 'NaN' || value === 'Infinity') value = Number(value);
  const dataType = DataType[type];
  return new Variant({ dataType, arrayType: array ? VariantArrayType.Array : VariantArrayType.Scalar, value });
}

// `source`: a time; without one it is the time of the change.
function data(state) {
  return new DataValue({
    value: variant(state),
    statusCode: StatusCodes[state.status ?? 'Good'],
    sourceTimestamp: new Date(state.source ?? state.at),
    serverTimestamp: new Date(),
  });
}

async function main() {
  const certificates = new OPCUACertificateManager({
    rootFolder: options.folder,
    automaticallyAcceptUnknownCertificate: options.acceptsAll ?? true,
  });
  await certificates.initialize();
  const users = options.users;
  const server = new OPCUAServer({
    port: options.port ?? 0,
    hostname: '127.0.0.1',
    serverCertificateManager: certificates,
    userCertificateManager: certificates,
    securityModes: (options.modes ?? ['None']).map((mode) => MessageSecurityMode[mode]),
    securityPolicies: (options.policies ?? ['None']).map((policy) => SecurityPolicy[policy]),
    allowAnonymous: !users,
    userManager: users ? { isValidUser: (name, password) => users[name] === password } : undefined,
    serverCapabilities: options.limits ? { operationLimits: options.limits } : undefined,
  });
  await server.initialize();
  const space = server.engine.addressSpace;
  let own;
  for (const uri of options.namespaces ?? ['urn:velo']) {
    const made = space.registerNamespace(uri);
    if (uri === 'urn:velo') own = made;
  }
  const folder = own.addObject({ organizedBy: space.rootFolder.objects, browseName: 'press', nodeId: 's=press' });
  const states = {};
  for (const [name, first] of Object.entries(options.variables)) {
    states[name] = { at: Date.now(), ...first };
    own.addVariable({
      componentOf: folder,
      browseName: name,
      nodeId: `s=press.${name}`,
      dataType: first.type === 'Null' ? 'BaseDataType' : first.type,
      valueRank: first.array ? 1 : -1,
      minimumSamplingInterval: 20,
      value: { timestamped_get: () => data(states[name]) },
    });
  }
  await server.start();
  const port = server.endpoints[0].port;
  console.log(JSON.stringify({ port }));
  const lines = readline.createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    for (const [name, change] of Object.entries(JSON.parse(line))) {
      states[name] = { ...states[name], at: Date.now(), ...change };
    }
  });
  lines.on('close', () => process.exit(0));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
