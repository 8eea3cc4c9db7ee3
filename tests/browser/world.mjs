// The world that is looked at: `genomslag demo --keep` in an empty folder, and a mail server that takes what is sent.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Starts the demo, waits until it says where its web is, and leads its mail to a server of ours. The configuration is
// edited by hand, as its owner would: the web must take the new one over by itself.
export async function open(program) {
  const folder = await mkdtemp(join(tmpdir(), "genomslag-browser-"));
  const mails = [];
  const post = await mailServer(mails);
  const demo = spawn(program, ["demo", "--keep"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const close = async () => {
    demo.kill("SIGINT");
    post.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const text = await said(demo, /\/login {2}\S+ {2}\S+/);
    const link = text.match(/http:\/\/127\.0\.0\.1:\d+\/in\/\S+/)[0];
    const [, email, password] = text.match(/\/login {2}(\S+) {2}(\S+)/);
    const reports = join(folder, "genomslag-demo", "config", "reports.toml");
    const before = await readFile(reports, "utf8");
    await writeFile(reports, before.replace(/^port = 2525$/m, `port = ${post.address().port}`).replace('"localhost"', '"127.0.0.1"'));
    // The mail to that address, once it is there; none after a while.
    const mail = async (address) => {
      for (let wait = 0; wait < 150; wait += 1) {
        const found = mails.find(({ to }) => to.includes(address));
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      return undefined;
    };
    return { origin: new URL(link).origin, link, email, password, folder, mail, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function said(demo, last) {
  return new Promise((resolve, reject) => {
    let text = "";
    const take = (part) => {
      text += part;
      if (last.test(text)) resolve(text);
    };
    demo.stdout.setEncoding("utf8").on("data", take);
    let trouble = "";
    demo.stderr.setEncoding("utf8").on("data", (part) => { trouble = (trouble + part).slice(-4000); });
    demo.on("error", reject);
    demo.on("exit", (code) => reject(new Error(`the demo ended with ${code}\n${text}\n${trouble}`)));
    setTimeout(() => reject(new Error(`the demo did not say where its web is\n${text}\n${trouble}`)), 240_000).unref();
  });
}

// Just enough SMTP to take a mail.
function mailServer(mails) {
  const server = createServer((socket) => {
    let rest = "";
    let mail = { to: [], text: "" };
    let data = false;
    const answer = (line) => socket.write(`${line}\r\n`);
    const command = (line) => {
      const word = line.slice(0, 4).toUpperCase();
      if (word === "EHLO") answer("250-here\r\n250 8BITMIME");
      else if (word === "RCPT") { mail.to.push(line.match(/<([^>]*)>/)[1]); answer("250 ok"); }
      else if (word === "DATA") { data = true; answer("354 go on"); }
      else if (word === "QUIT") { answer("221 bye"); socket.end(); }
      else answer("250 ok");
    };
    answer("220 here");
    socket.on("error", () => {});
    socket.setEncoding("utf8").on("data", (part) => {
      rest += part;
      for (;;) {
        const end = data ? rest.indexOf("\r\n.\r\n") : rest.indexOf("\r\n");
        if (end < 0) return;
        const piece = rest.slice(0, end);
        rest = rest.slice(end + (data ? 5 : 2));
        if (data) {
          mails.push({ ...mail, text: piece });
          mail = { to: [], text: "" };
          data = false;
          answer("250 taken");
        } else command(piece);
      }
    });
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}
