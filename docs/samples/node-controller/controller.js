// A controller of the MPTCP control plane: it asks to play a role, and gives every connection that is delegated to the role one
// subflow from each usable local address.
'use strict';
const path = require('node:path');
const { isIP } = require('node:net');
const { parseArgs } = require('node:util');
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');

const LIVE = ['SUBFLOW_STATE_REQUESTED', 'SUBFLOW_STATE_CONNECTING', 'SUBFLOW_STATE_ESTABLISHED'];
const OURS = ['SUBFLOW_MAKER_POLICY', 'SUBFLOW_MAKER_CONTROLLER', 'SUBFLOW_MAKER_HOST'];

const isLoopback = (address) => address.startsWith('127.') || address === '::1';
const mayBeDestroyed = (subflow) => subflow.state === 'SUBFLOW_STATE_ESTABLISHED' && OURS.includes(subflow.maker) && !subflow.initial;

/** What makes of a connection what it shall be: commands, from a DecisionRequest. */
function decide({ connection, local_addresses: localAddresses }) {
  const { local, remote } = connection;
  const missing = new Set(localAddresses
    .filter(({ address }) => address.usability === 'ADDRESS_USABILITY_USABLE'
      // IPv6 link-local addresses lead to no address elsewhere.
      && !(isIP(address.address) === 6 && address.scope === 'ADDRESS_SCOPE_LINK')
      && isIP(address.address) === isIP(remote.address)
      && address.address !== local.address
      && !isLoopback(address.address))
    .map(({ address }) => address.address));

  // Of two from one address the one that stays is one that is not ours to end, or else the first.
  const destroyed = [];
  const live = connection.subflows.filter((subflow) => LIVE.includes(subflow.state));
  for (const subflow of [...live.filter((s) => !mayBeDestroyed(s)), ...live.filter(mayBeDestroyed)]) {
    const wanted = subflow.remote.address === remote.address && missing.delete(subflow.local.address);
    if (!wanted && mayBeDestroyed(subflow)) destroyed.push({ local: subflow.local, remote: subflow.remote });
  }
  const created = [...missing].map((address) => ({ local: { address, port: 0 }, remote }));
  return { created, destroyed };
}

/** Plays the role until the stream ends; `print` and `complain` get lines. Resolves with the exit code, and `stop` ends it. */
function control({ address, role, electionId, proto }, print, complain) {
  const definition = protoLoader.loadSync('mptcp/control/v1/session.proto', {
    includeDirs: [proto],
    keepCase: true,
    longs: String, // ids have 64 bits, and numbers of JavaScript 53
    enums: String,
    defaults: true,
    oneofs: true, // `message.message` names the field that is set
  });
  const { SessionService } = grpc.loadPackageDefinition(definition).mptcp.control.v1;
  const client = new SessionService(address, grpc.credentials.createInsecure());
  const stream = client.Control();
  let stopping = false;

  const onPrimary = (change) => {
    print(change.is_self ? 'primary' : 'standby');
    if (change.primary || stopping) return;
    // There is none: less than the highest id ever bid makes nobody primary.
    stream.write({ bid: { role, election_id: String(BigInt(change.highest_election_id) + 1n) } });
  };
  const onRequest = (request) => {
    if (stopping) return;
    const { created, destroyed } = decide(request);
    const commands = [...created.map((c) => ({ create_subflow: c })), ...destroyed.map((d) => ({ destroy_subflow: d }))];
    stream.write({ decision: { decision_id: request.decision_id, commands: { commands } } });
    print(`decided ${request.connection.id} created ${created.length} destroyed ${destroyed.length}`);
  };
  const onResult = (result) => {
    for (const { error } of [result, ...result.results])
      if (error) complain(`decision ${result.decision_id}: ${error.reason}: ${error.message}`);
  };

  const ended = new Promise((resolve) => {
    stream.on('data', (response) => {
      switch (response.message) {
        case 'welcome': onPrimary(response.welcome.primary); break;
        case 'primary': onPrimary(response.primary); break;
        case 'decision_request': onRequest(response.decision_request); break;
        case 'decision_result': onResult(response.decision_result); break;
      }
    });
    stream.on('error', () => {}); // 'status' tells the same, and also of an end without error
    stream.on('status', ({ code, details }) => {
      client.close();
      const fine = stopping && code === grpc.status.OK;
      if (!fine) complain(`the session ended: ${grpc.status[code]}: ${details || 'by the daemon'}`);
      resolve(fine ? 0 : 1);
    });
  });
  stream.write({ bid: { role, election_id: electionId, name: 'node-controller' } });
  return { ended, stop: () => { if (!stopping) { stopping = true; stream.end(); } } };
}

function main() {
  const { values } = parseArgs({
    options: {
      address: { type: 'string' },
      role: { type: 'string' },
      'election-id': { type: 'string', default: '1' },
      proto: { type: 'string', default: path.join(__dirname, '../../../proto') },
    },
  });
  if (!values.address || !values.role || !/^[1-9]\d*$/.test(values['election-id']))
    throw new Error('usage: node controller.js --address unix:/path/to.sock --role ROLE [--election-id N] [--proto DIR]');
  const options = { address: values.address, role: values.role, electionId: values['election-id'], proto: values.proto };
  const session = control(options, console.log, console.error);
  process.on('SIGTERM', session.stop);
  process.on('SIGINT', session.stop);
  session.ended.then((code) => { process.exitCode = code; });
}

if (require.main === module) {
  try {
    main();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
module.exports = { decide, control };
