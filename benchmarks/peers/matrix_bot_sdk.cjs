// SPDX-FileCopyrightText: 2026 Tafelrunde contributors
// SPDX-License-Identifier: EUPL-1.2
// A bot on matrix-bot-sdk that stores one row for each command and reacts to it.
"use strict";

const Module = require("node:module");
const { DatabaseSync } = require("node:sqlite");

// The library's part for encryption is a native module that is not installed; plain rooms need none of it.
const load = Module._load;
const nothing = new Proxy({}, { get: () => class {} });
Module._load = function (name, ...rest) {
  return name.includes("matrix-sdk-crypto-nodejs") ? nothing : load.call(this, name, ...rest);
};
const { LogLevel, LogService, MatrixClient, SimpleFsStorageProvider } = Module.createRequire(
  process.env.BENCH_NODE + "/",
)("matrix-bot-sdk");

LogService.setLevel(LogLevel.WARN);

const durable = process.env.BENCH_DURABLE === "1";
const db = new DatabaseSync("notes.db");
db.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL");
db.exec("CREATE TABLE IF NOT EXISTS note (event_id TEXT PRIMARY KEY, room_id TEXT, sender TEXT, words TEXT)");
const insert = db.prepare("INSERT INTO note (event_id, room_id, sender, words) VALUES (?, ?, ?, ?)");

const client = new MatrixClient(
  process.env.BENCH_HOMESERVER,
  process.env.BENCH_TOKEN,
  new SimpleFsStorageProvider("sync.json"),
);

client.on("room.message", async (roomId, event) => {
  const body = event.content?.body;
  if (event.sender === process.env.BENCH_USER || typeof body !== "string" || !body.startsWith("!note")) return;
  if (durable) insert.run(event.event_id, roomId, event.sender, body);
  await client.sendEvent(roomId, "m.reaction", {
    "m.relates_to": { rel_type: "m.annotation", event_id: event.event_id, key: "✅" },
  });
});

client.start();
