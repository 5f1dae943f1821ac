// SPDX-FileCopyrightText: 2026 Tafelrunde contributors
// SPDX-License-Identifier: EUPL-1.2
//
// A person's client on matrix-js-sdk (Rust crypto, everything in memory), driven over stdin and stdout by JSON lines:
// in:  {"id": 1, "do": "say", "with": {"room": "!…", "body": "…"}}
// out: {"id": 1, "result": …} or {"id": 1, "error": "…"}, and {"event": {…}} for everything that is seen.
import { createInterface } from "node:readline";

const tell = (value) => process.stdout.write(JSON.stringify(value) + "\n");
// stdout belongs to the protocol; what the libraries have to say goes to stderr.
for (const level of ["log", "info", "debug", "trace", "warn"]) console[level] = console.error;

const sdk = await import("matrix-js-sdk");
const { logger } = await import("matrix-js-sdk/lib/logger.js");
const { OnlySignedDevicesIsolationMode } = await import("matrix-js-sdk/lib/crypto-api/index.js");
logger.setLevel("silent", false);

let client;

async function show(event) {
    if (event.status !== null) return; // an own message on its way
    const relation = event.getWireContent()["m.relates_to"] ?? {};
    const content = event.getContent();
    const shield = event.isEncrypted() ? await client.getCrypto().getEncryptionInfoForEvent(event) : null;
    tell({
        event: {
            event_id: event.getId(),
            room_id: event.getRoomId(),
            sender: event.getSender(),
            type: event.getType(),
            body: content["m.new_content"]?.body ?? content.body ?? "",
            key: relation.key ?? "",
            target: relation.event_id ?? relation["m.in_reply_to"]?.event_id ?? null,
            encrypted: event.isEncrypted(),
            unreadable: event.isDecryptionFailure() ? String(event.decryptionFailureReason) : null,
            shield_colour: shield?.shieldColour ?? null,
            shield_reason: shield?.shieldReason ?? null,
        },
    });
}

async function seen(event) {
    if (event.isEncrypted()) await client.decryptEventIfNeeded(event);
    await show(event);
}

const actions = {
    async login({ url, user, password }) {
        const anonymous = sdk.createClient({ baseUrl: url });
        const answer = await anonymous.loginRequest({
            type: "m.login.password",
            identifier: { type: "m.id.user", user },
            password,
        });
        client = sdk.createClient({
            baseUrl: url,
            accessToken: answer.access_token,
            userId: answer.user_id,
            deviceId: answer.device_id,
        });
        await client.initRustCrypto({ useIndexedDB: false });
        // "Exclude insecure devices" of Element: no keys for, and no messages from, devices their owner did not sign.
        client.getCrypto().setDeviceIsolationMode(new OnlySignedDevicesIsolationMode());
        client.on(sdk.RoomEvent.Timeline, (event) => void seen(event));
        client.on(sdk.MatrixEventEvent.Decrypted, (event) => void show(event));
        const ready = new Promise((resolve) => client.once(sdk.ClientEvent.Sync, resolve));
        await client.startClient({ initialSyncLimit: 50 });
        await ready;
        await client.getCrypto().bootstrapCrossSigning({
            setupNewCrossSigning: true,
            authUploadDeviceSigningKeys: (upload) => upload(null),
        });
        return answer.device_id;
    },
    async create({ name, invite, powers }) {
        const answer = await client.createRoom({
            name,
            invite,
            preset: "private_chat",
            power_level_content_override: { users: powers ?? {} },
            initial_state: [
                { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } },
            ],
        });
        return answer.room_id;
    },
    async send({ room, type, content }) {
        return (await client.sendEvent(room, type, content)).event_id;
    },
    async join({ room }) {
        await client.joinRoom(room);
    },
    async redact({ room, target }) {
        await client.redactEvent(room, target);
    },
    // What the client itself knows of a poll and would show; null as long as it knows none.
    async poll({ room, start }) {
        const poll = client.getRoom(room)?.polls.get(start);
        if (!poll) return null;
        const latest = new Map();
        for (const event of (await poll.getResponses()).getRelations()) {
            const before = latest.get(event.getSender());
            if (!event.isRedacted() && (!before || before.getTs() <= event.getTs()))
                latest.set(event.getSender(), event);
        }
        const sums = Object.fromEntries(poll.pollEvent.answers.map((answer) => [answer.id, 0]));
        let people = 0;
        for (const event of latest.values()) {
            const response = event.unstableExtensibleEvent;
            response.validateAgainst(poll.pollEvent);
            if (response.spoiled) continue;
            people += 1;
            for (const id of response.answerIds) sums[id] += 1;
        }
        return {
            people,
            sums,
            ended: poll.isEnded,
            undecryptable: poll.undecryptableRelationsCount,
            question: poll.pollEvent.question.text,
            names: poll.pollEvent.answers.map((answer) => answer.text),
        };
    },
    async joined({ room }) {
        return (client.getRoom(room)?.getJoinedMembers() ?? []).map((member) => member.userId);
    },
    async signed({ user }) {
        return client.getCrypto().userHasCrossSigningKeys(user, true);
    },
    async close() {
        await client.logout(true);
        client.stopClient();
    },
};

for await (const line of createInterface({ input: process.stdin })) {
    const { id, do: name, with: args } = JSON.parse(line);
    actions[name](args ?? {}).then(
        (result) => tell({ id, result: result ?? null }),
        (error) => tell({ id, error: String(error) }),
    );
}
process.exit(0);
