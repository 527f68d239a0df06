// What the tours share: a daemon of their own, clients of it as any program makes them, and a check of errors.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

// The binary that FAASD names serves a copy of the folder app, or else an empty app, with state in memory. AWS's own
// variables tell the SDK where it is, so that a client is made with no settings at all.
export async function startDaemon(app, ...options) {
    const folder = mkdtempSync(join(tmpdir(), 'faasd-clients-'));
    if (app) cpSync(app, folder, { recursive: true });
    else writeFileSync(join(folder, 'faasd.yaml'), '');
    const portsFile = join(folder, 'ports.json');
    const child = spawn(process.env.FAASD, ['serve', folder, '--port', '0', '--control-port', '0', '--ports-file', portsFile,
        '--ephemeral', ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
    let log = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => { log += text; });
    const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
    child.once('error', (error) => { log += error; });
    const deadline = Date.now() + 180_000;  // the app's functions are compiled first
    while (!existsSync(portsFile) || readFileSync(portsFile).length === 0) {
        if (child.exitCode !== null || child.pid === undefined || Date.now() > deadline) {
            child.kill('SIGKILL');
            throw new Error(`the daemon does not serve:\n${log}`);
        }
        await sleep(20);
    }
    const ports = JSON.parse(readFileSync(portsFile, 'utf8'));
    Object.assign(process.env, {
        AWS_ENDPOINT_URL: `http://127.0.0.1:${ports.control_port}`,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_EC2_METADATA_DISABLED: 'true',
    });
    return {
        port: ports.control_port,
        url: process.env.AWS_ENDPOINT_URL,
        appUrl: `http://127.0.0.1:${ports.port}`,
        async stop() {
            const alive = child.exitCode === null && child.signalCode === null;
            child.kill('SIGTERM');
            const code = await ended;
            rmSync(folder, { recursive: true, force: true });
            assert.ok(alive && code === 0, `the daemon ended with ${code}:\n${log}`);
        },
    };
}

// The call fails with this class of the SDK, or this name where the SDK has none. Returns the error.
export async function refused(call, expected, status = 400) {
    let answer;
    try {
        answer = await call;
    } catch (error) {
        const name = typeof expected === 'string' ? expected : expected.name;
        assert.equal(error.name, name, `${error.name}: ${error.message}`);
        if (typeof expected !== 'string') assert.ok(error instanceof expected, `${name} is not the SDK's class`);
        assert.equal(error.$metadata?.httpStatusCode, status);
        assert.ok(error.$metadata.requestId, 'the error has a request id');
        return error;
    }
    return assert.fail(`succeeded: ${JSON.stringify(answer)}`);
}

// Until the condition gives something, at most for 20 seconds.
export async function eventually(condition) {
    const deadline = Date.now() + 20_000;
    for (;;) {
        const value = await condition();
        if (value) return value;
        assert.ok(Date.now() < deadline, `never: ${condition}`);
        await sleep(30);
    }
}

export const unique = (prefix) => `${prefix}-${randomBytes(6).toString('hex')}`;
