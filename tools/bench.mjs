// The measuring behind tools/bench: real programs, CPU time read from the kernel's own accounts.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir, cpus, release } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [build, clip] = process.argv.slice(2);
const quick = Boolean(process.env.QUICK);
const windowSeconds = Number(process.env.WINDOW ?? (quick ? 10 : 30));
const rounds = quick ? 1 : 3;
const ticks = Number(spawnSync('getconf', ['CLK_TCK']).stdout.toString());
const only = process.env.ONLY?.split(',');
const wanted = (part) => !only || only.includes(part);
const rows = [];
const row = (what, value, goal = '', baseline = '', ratio = '') => {
  rows.push([what, value, goal, baseline, ratio]);
  console.log(`    ${what}: ${value}${ratio ? `  (${ratio} of ${baseline})` : ''}`);
};
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

/** CPU seconds of a process and of children it has waited for. */
const cpuOf = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticks;
};
const family = (pid) => {
  const tasks = readdirSync(`/proc/${pid}/task`);
  const kids = tasks.flatMap((tid) =>
    readFileSync(`/proc/${pid}/task/${tid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number));
  return [pid, ...kids];
};
const familyCpu = (pid) => family(pid).reduce((sum, member) => sum + cpuOf(member), 0);
/** Processor seconds by what a process is for: "server", "ingest" or "vision" workers. */
const cpuByRole = (pid) => family(pid).reduce((roles, member) => {
  const role = readFileSync(`/proc/${member}/cmdline`, 'utf8').match(/worker\0(\w+)/)?.[1] ?? 'server';
  return { ...roles, [role]: (roles[role] ?? 0) + cpuOf(member) };
}, {});
/** Proportional set size, so that memory shared between server and worker counts once. */
const familyMemory = (pid) => family(pid).reduce((sum, member) => {
  const line = readFileSync(`/proc/${member}/smaps_rollup`, 'utf8').match(/^Pss:\s+(\d+)/m);
  return sum + Number(line[1]) * 1024;
}, 0);

const start = (program, args, options = {}) => spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
const ended = (child) => new Promise((resolve) => {
  if (child.exitCode !== null || child.signalCode !== null) resolve();
  else child.once('exit', resolve);
});
const end = async (child) => { child.kill('SIGTERM'); await ended(child); };

const rtspPort = 21000 + Math.floor(Math.random() * 2000);
const simulator = start(`${build}/bin/proviso-camera-sim`, ['--port', String(rtspPort), `main=${clip}`]);
simulator.stdout.resume(); simulator.stderr.resume();
await sleep(1000);
const cameraUrl = (i) => `rtsp://127.0.0.1:${rtspPort}/main/${i}`;

/**
 * A server with `count` cameras, recording; `measure` runs when all of them record. `url` names the stream of
 * the i-th, `more` is what else stands in its document.
 */
async function withServer(count, measure, url = cameraUrl, more = '') {
  const folder = mkdtempSync(join(tmpdir(), 'proviso-bench-'));
  writeFileSync(join(folder, 'proviso.yaml'), [
    'data: data', `packs: ${process.cwd()}/packs`, `server: {port: 0, web: ${process.cwd()}/web/dist}`,
    `vision: {cards: ${process.cwd()}/models}`, 'log: {level: error}', ''].join('\n'));
  let site = readFileSync('examples/bench/site.yaml', 'utf8');
  for (let i = 0; i < count; i++) {
    site += `---\nkind: camera\nname: bench-${i}\nsite: bench\ntitle: Bench ${i}\npurpose: bench\n` +
      `main: {url: "${url(i)}"}\naudio: false\nspace: {kind: private}\nsubjects: [staff]\n${more}`;
  }
  writeFileSync(join(folder, 'site.yaml'), site);
  const config = ['--config', join(folder, 'proviso.yaml')];
  const applied = spawnSync(`${build}/bin/proviso`, ['apply', ...config, '--file', join(folder, 'site.yaml')]);
  if (applied.status !== 0) throw new Error(applied.stderr.toString());
  const server = start(`${build}/bin/proviso`, ['serve', ...config]);
  let out = ''; let log = '';
  server.stdout.on('data', (data) => { out += data; });
  server.stderr.on('data', (data) => { log += data; });
  try {
    for (let i = 0; i < 100 && !out.includes('answers at'); i++) await sleep(100);
    if (!out.includes('answers at')) throw new Error(`the server did not start: ${log}`);
    const session = await signIn(out.match(/http:\/\/\S+[^/\s]/)[0], out.match(/password: (\S+)/)[1]);
    for (let i = 0; i < 120; i++) {
      if ((await session.main()).filter((stream) => stream.state === 'recording').length === count) break;
      await sleep(500);
    }
    return await measure(server.pid, session);
  } finally {
    await end(server);
    const check = spawnSync(`${build}/bin/proviso`, ['check', ...config]);
    if (check.status !== 0) console.log(check.stdout.toString(), check.stderr.toString());
    rmSync(folder, { recursive: true, force: true });
  }
}

async function signIn(url, oneTime) {
  const password = `bench-${Math.random().toString(36).slice(2)}-${Math.random().toString(36).slice(2)}`;
  let cookie = ''; let csrf = '';
  const call = async (method, path, body) => {
    const answer = await fetch(url + path, {
      method,
      headers: { cookie, origin: url, 'x-proviso-csrf': csrf, ...(body ? { 'content-type': 'application/json' } : {}) },
      body: body && JSON.stringify(body),
    });
    const set = answer.headers.get('set-cookie');
    if (set) cookie = set.split(';')[0];
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : {};
  };
  csrf = (await call('POST', '/api/session', { login: 'admin', password: oneTime })).csrf;
  await call('POST', '/api/session/password', { old_password: oneTime, new_password: password });
  csrf = (await call('POST', '/api/session', { login: 'admin', password })).csrf;
  return {
    call,
    /** A live view over WebSocket; `told` gets every text message. Ends with end(). */
    live: (camera, told) => new Promise((resolve, reject) => {
      const asked = request(`${url}/api/cameras/${camera}/live?stream=main`, {
        headers: {
          cookie, origin: url, connection: 'Upgrade', upgrade: 'websocket',
          'sec-websocket-version': '13', 'sec-websocket-key': Buffer.from('proviso-benchmark').toString('base64').slice(0, 22) + '==',
        },
      });
      asked.on('response', (answer) => reject(new Error(`live view: ${answer.statusCode}`)));
      asked.on('error', reject);
      asked.on('upgrade', (_, socket, head) => {
        let bytes = head;
        const read = (data) => {
          bytes = Buffer.concat([bytes, data]);
          for (;;) {
            if (bytes.length < 2) return;
            let size = bytes[1] & 127; let start = 2;
            if (size === 126) { if (bytes.length < 4) return; size = bytes.readUInt16BE(2); start = 4; }
            else if (size === 127) { if (bytes.length < 10) return; size = Number(bytes.readBigUInt64BE(2)); start = 10; }
            if (bytes.length < start + size) return;
            told((bytes[0] & 15) === 1 ? JSON.parse(bytes.subarray(start, start + size)) : null);
            bytes = bytes.subarray(start + size);
          }
        };
        socket.on('data', read);
        socket.on('error', () => {});
        resolve({ end: () => socket.destroy() });
      });
      asked.end();
    }),
    main: async () => (await call('GET', '/api/cameras')).cameras.map((camera) => camera.streams[0]),
  };
}

async function recordCost(count) {
  return withServer(count, async (pid) => {
    await sleep(3000);
    const before = familyCpu(pid); const at = process.hrtime.bigint();
    await sleep(windowSeconds * 1000);
    const seconds = Number(process.hrtime.bigint() - at) / 1e9;
    return { cpu: ((familyCpu(pid) - before) / seconds / count) * 3600, memory: familyMemory(pid) };
  });
}

async function ffmpegCost(count) {
  const folder = mkdtempSync(join(tmpdir(), 'proviso-ffmpeg-'));
  const children = [];
  for (let i = 0; i < count; i++) {
    mkdirSync(join(folder, String(i)));
    children.push(start('ffmpeg', ['-nostdin', '-loglevel', 'error', '-rtsp_transport', 'tcp', '-i', cameraUrl(5000 + i),
      '-c', 'copy', '-f', 'segment', '-segment_time', '60', join(folder, String(i), '%d.mp4')]));
  }
  for (const child of children) { child.stdout.resume(); child.stderr.resume(); }
  await sleep(6000);
  const total = () => children.reduce((sum, child) => sum + cpuOf(child.pid), 0);
  const before = total(); const at = process.hrtime.bigint();
  await sleep(windowSeconds * 1000);
  const seconds = Number(process.hrtime.bigint() - at) / 1e9;
  const cpu = ((total() - before) / seconds / count) * 3600;
  for (const child of children) await end(child);
  rmSync(folder, { recursive: true, force: true });
  return cpu;
}

/** From the arrival of a picture at the server to the arrival of its fragment at a viewer. */
async function liveDelay(cameras) {
  return withServer(cameras, async (_, session) => {
    const delays = [];
    const views = [];
    for (let i = 0; i < cameras; i++) {
      let wall = null;
      views.push(await session.live(`bench-${i}`, (message) => {
        if (message?.type === 'time') wall = Date.parse(message.wall);
        else if (message === null && wall !== null) { delays.push(Date.now() - wall); wall = null; }
      }));
    }
    await sleep(3000);
    delays.length = 0;
    await sleep((quick ? 5 : 20) * 1000);
    for (const view of views) view.end();
    delays.sort((a, b) => a - b);
    return { count: delays.length, p50: median(delays), p95: delays[Math.floor(delays.length * 0.95)], most: delays.at(-1) };
  });
}

async function hold(count) {
  return withServer(count, async (pid, session) => {
    await sleep(3000);
    const before = await session.main();
    const cpuBefore = familyCpu(pid); const at = process.hrtime.bigint();
    await sleep((quick ? 10 : 30) * 1000);
    const seconds = Number(process.hrtime.bigint() - at) / 1e9;
    const cpu = (familyCpu(pid) - cpuBefore) / seconds;
    const after = await session.main();
    const lost = after.reduce((sum, stream, i) => sum + stream.lost_packets - before[i].lost_packets, 0);
    const recording = after.filter((stream) => stream.state === 'recording').length;
    const rate = median(after.map((stream) => stream.frames_per_second));
    return { lost, recording, rate, cores: cpu };
  });
}

/** CPU seconds per camera-hour of the server and its workers, by role, with eyes on 640x360 streams; recording included. */
async function watchCost(url, count) {
  const analytics = 'analytics: {detect: [person], tamper: true}\n';
  return withServer(count, async (pid, session) => {
    // The eyes need some pictures before they know what stands still.
    await sleep(20_000);
    for (const kind of ['motion', 'object_detection', 'tracking', 'tamper']) {
      const { analytics } = await session.call('GET', '/api/cameras/bench-0/analytics');
      const found = analytics.find((each) => each.name === kind);
      if (found?.state !== 'running') throw new Error(`${kind} does not run: ${JSON.stringify(found)}`);
    }
    const before = cpuByRole(pid); const at = process.hrtime.bigint();
    await sleep(windowSeconds * 1000);
    const hours = (Number(process.hrtime.bigint() - at) / 1e9 / 3600) * count;
    return Object.fromEntries(Object.entries(cpuByRole(pid)).map(([role, cpu]) => [role, (cpu - before[role]) / hours]));
  }, url, analytics);
}

/** The same streams in Debian's `motion`: decoding and detection, nothing written. */
async function motionCost(url, count) {
  const folder = mkdtempSync(join(tmpdir(), 'proviso-motion-'));
  const lines = ['daemon off', 'log_level 4', 'webcontrol_port 0', 'stream_port 0', `target_dir ${folder}`];
  for (let i = 0; i < count; i++) {
    const camera = join(folder, `camera${i}.conf`);
    writeFileSync(camera, [`camera_id ${i + 1}`, 'width 640', 'height 360', 'framerate 25', 'picture_output off',
      'movie_output off', 'text_left', 'text_right', `netcam_url ${url(i)}`, ''].join('\n'));
    lines.push(`camera ${camera}`);
  }
  writeFileSync(join(folder, 'motion.conf'), lines.concat('').join('\n'));
  const motion = start('motion', ['-n', '-c', join(folder, 'motion.conf')]);
  motion.stdout.resume(); motion.stderr.resume();
  await sleep(20_000);
  const before = cpuOf(motion.pid); const at = process.hrtime.bigint();
  await sleep(windowSeconds * 1000);
  const cpu = ((cpuOf(motion.pid) - before) / (Number(process.hrtime.bigint() - at) / 1e9) / count) * 3600;
  await end(motion);
  rmSync(folder, { recursive: true, force: true });
  return cpu;
}

function visionBench(parts) {
  const told = spawnSync(`${build}/src/vision/proviso_vision_bench`, parts,
    { maxBuffer: 1 << 26, env: { ...process.env, PROVISO_BENCH_FOLDER: process.env.PROVISO_BENCH_FOLDER ?? dirname(clip) } });
  if (told.status !== 0) throw new Error(`proviso_vision_bench: ${told.stderr}`);
  console.log(told.stdout.toString());
}

/** The veil: what hiding people costs next to ffmpeg, and whom it misses. */
function veil() {
  console.log('==> veil: what hiding costs, and whom it misses');
  visionBench(['veil']);
  if (!quick) visionBench(['leaks']);
}

/** Eyes: what the parts cost and find (their own program), and the whole next to `motion`. */
async function eyes() {
  console.log('==> eyes: what looking costs and what it finds');
  visionBench(quick ? ['cost'] : ['cost', 'recall', 'detectors', 'anomalies']);
  const clips = join(process.env.PROVISO_BENCH_FOLDER ?? dirname(clip), 'proviso-vision-clips');
  const port = rtspPort + 1;
  const scenes = start(`${build}/bin/proviso-camera-sim`,
    ['--port', String(port), `idle=${clips}/still360.mp4`, `busy=${clips}/busy360.mp4`]);
  scenes.stdout.resume(); scenes.stderr.resume();
  await sleep(1000);
  try {
    for (const [scene, goal] of [['idle', '<= 10'], ['busy', '<= 50 before detectors']]) {
      const url = (i) => `rtsp://127.0.0.1:${port}/${scene}/${i}`;
      const pairs = [];
      const parts = [];
      for (let i = 0; i < rounds; i++) {
        parts.push(await watchCost(url, 4));
        pairs.push([Object.values(parts[i]).reduce((a, b) => a + b), await motionCost(url, 4)]);
      }
      row(`${scene} 640x360 camera: receiving, recording, looking (embedded detector)`,
        `${median(pairs.map(([mine]) => mine)).toFixed(1)} CPU s/camera-hour`, goal,
        `motion, receiving and looking ${median(pairs.map(([, other]) => other)).toFixed(1)}`,
        `${median(pairs.map(([mine, other]) => mine / other)).toFixed(2)}x`);
      for (const role of Object.keys(parts[0])) {
        row(`  of it ${role === 'server' ? 'the server: fan-out, recording, alerts' : `the ${role} workers`}`,
          `${median(parts.map((part) => part[role])).toFixed(1)} CPU s/camera-hour`);
      }
    }
  } finally {
    await end(scenes);
  }
}

/** Google Benchmark results of one program, by name. */
function benchmarks(program) {
  const out = join(mkdtempSync(join(tmpdir(), 'proviso-bench-')), 'out.json');
  const run = spawnSync(`${build}/${program}`, [`--benchmark_out=${out}`, ...(quick ? ['--benchmark_min_time=0.1'] : [])],
    { maxBuffer: 1 << 26 });
  if (run.error) throw run.error;
  if (run.status !== 0) throw new Error(`${program}: ${run.stderr}`);
  return JSON.parse(readFileSync(out, 'utf8')).benchmarks;
}

async function recording() {
  console.log(`==> recording: CPU per 1080p 4 Mbit/s stream, against ffmpeg -c copy, ${rounds} pairs of ${windowSeconds} s`);
  const pairs = [];
  for (let i = 0; i < rounds; i++) pairs.push([await recordCost(50), await ffmpegCost(20)]);
  const ours = median(pairs.map(([mine]) => mine.cpu)); const theirs = median(pairs.map(([, other]) => other));
  row('CPU per recorded stream', `${ours.toFixed(2)} CPU s/stream-hour`, '<= 4',
    `ffmpeg -c copy ${theirs.toFixed(2)}`, `${median(pairs.map(([mine, other]) => mine.cpu / other)).toFixed(2)}x`);
  const idle = await withServer(1, async (pid) => { await sleep(2000); return familyMemory(pid); });
  row('memory per stream', `${((median(pairs.map(([mine]) => mine.memory)) - idle) / 49 / 1e6).toFixed(2)} MB`, '<= 2 MB');
}

async function holding() {
  const streams = Number(process.env.STREAMS ?? 300);
  console.log(`==> holding ${streams} streams`);
  const held = await hold(streams);
  row(`${streams} streams held`,
    `${held.recording} record at ${held.rate.toFixed(1)} frames/s, ${held.lost} RTP packets lost, ${held.cores.toFixed(2)} cores`,
    'all, none lost');
}

async function live() {
  console.log('==> live delay');
  const delay = await liveDelay(10);
  row('masked live view of 10 cameras: a picture\'s arrival to its fragment at the viewer',
    `${delay.p50} ms (p50), ${delay.p95} ms (p95), ${delay.most} ms at most, ${delay.count} fragments`, 'under 1 s');
}

function parts() {
  console.log('==> parts');
  for (const program of readFileSync(`${build}/benchmarks.txt`, 'utf8').trim().split('\n')) {
    for (const result of benchmarks(program)) {
      const rate = result.items_per_second ? `, ${Math.round(result.items_per_second)}/s` : '';
      row(result.name, `${result.cpu_time.toPrecision(3)} ${result.time_unit} CPU, ${result.real_time.toPrecision(3)} ${result.time_unit} wall${rate}`, '');
    }
  }
}

try {
  for (const [part, measure] of Object.entries({ recording, holding, live, eyes, veil, parts })) {
    if (wanted(part)) await measure();
  }
} finally {
  await end(simulator);
}

console.log(`\n${new Date().toISOString().slice(0, 10)}, ${cpus().length} x ${cpus()[0].model}, Linux ${release()}\n`);
console.log('| what | here | goal | baseline, same run | ratio |\n|---|---|---|---|---|');
for (const cells of rows) console.log(`| ${cells.join(' | ')} |`);
