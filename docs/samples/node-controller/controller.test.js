'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const test = require('node:test');
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');
const { control } = require('./controller.js');

// Where eng/node-controller makes the sample ready, they lie beside it.
const proto = ['proto', '../../../proto'].map((directory) => path.join(__dirname, directory)).find(fs.existsSync);
const at = (address, port) => ({ address, port });
const subflow = (local, state, maker) => ({ local: at(local, 5000), remote: at('10.1.0.2', 80), state: `SUBFLOW_STATE_${state}`, maker: `SUBFLOW_MAKER_${maker}` });
const here = (address, usability = 'USABLE') => ({ interface_name: 'path', address: { address, usability: `ADDRESS_USABILITY_${usability}` } });

const request = {
  decision_id: '18446744073709551615', // more than a double holds
  connection: {
    id: '9223372036854775809',
    local: at('10.1.0.1', 4000),
    remote: at('10.1.0.2', 80),
    subflows: [
      { ...subflow('10.1.0.1', 'ESTABLISHED', 'APPLICATION'), initial: true },
      subflow('10.2.0.1', 'CONNECTING', 'CONTROLLER'), // wanted, and there
      subflow('10.3.0.1', 'FAILED', 'CONTROLLER'), // wanted, and not there
      subflow('10.4.0.1', 'ESTABLISHED', 'POLICY'), // not wanted
      subflow('10.5.0.1', 'ESTABLISHED', 'PEER'), // not wanted, and not ours
    ],
  },
  local_addresses: [here('10.1.0.1'), here('10.2.0.1'), here('10.3.0.1'), here('10.4.0.1', 'NO_CARRIER'), here('127.0.0.1'), here('fd00::1')],
};

test('It bids more when nobody is primary, decides once it is, and ends cleanly', { timeout: 20000 }, async () => {
  const definition = protoLoader.loadSync('mptcp/control/v1/session.proto', { includeDirs: [proto], keepCase: true, longs: String, enums: String, defaults: true, oneofs: true });
  const bids = [];
  const lines = [];
  const complaints = [];
  let decision;
  let session;
  const server = new grpc.Server();
  server.addService(grpc.loadPackageDefinition(definition).mptcp.control.v1.SessionService.service, {
    Control: (call) => {
      call.on('data', (message) => {
        if (message.bid) {
          bids.push(message.bid.election_id);
          if (bids.length === 1) {
            call.write({ welcome: { session_id: 1, primary: { highest_election_id: '18446744073709551000' } } });
          } else {
            call.write({ primary: { is_self: true, primary: { id: 1 }, highest_election_id: message.bid.election_id } });
            call.write({ decision_request: request });
          }
        } else {
          decision = message.decision;
          session.stop();
        }
      });
      call.on('end', () => call.end());
    },
    ListSessions: (call, done) => done(null, {}),
  });
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'node-controller-'));
  const address = `unix:${directory}/control.sock`;
  try {
    await new Promise((resolve, reject) => server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (e) => (e ? reject(e) : resolve())));
    session = control({ address, role: 'edge', electionId: '1', proto }, (line) => lines.push(line), (line) => complaints.push(line));
    assert.equal(await session.ended, 0, complaints.join('\n'));
  } finally {
    server.forceShutdown();
    fs.rmSync(directory, { recursive: true });
  }

  assert.deepEqual(bids, ['1', '18446744073709551001']);
  assert.deepEqual(lines, ['standby', 'primary', 'decided 9223372036854775809 created 1 destroyed 1']);
  assert.equal(decision.decision_id, request.decision_id);
  const [created, destroyed] = decision.commands.commands;
  assert.deepEqual([created.create_subflow.local, created.create_subflow.remote], [at('10.3.0.1', 0), at('10.1.0.2', 80)]);
  assert.deepEqual([destroyed.destroy_subflow.local, destroyed.destroy_subflow.remote], [at('10.4.0.1', 5000), at('10.1.0.2', 80)]);
});
