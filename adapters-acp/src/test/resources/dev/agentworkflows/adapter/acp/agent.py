#!/usr/bin/env python3
"""An agent that does what its prompt says. Speaks the Agent Client Protocol over stdio.

The prompt's first word names a behaviour; what follows is its argument. Behaviours that concern the
time before the prompt come from AGENT_BEHAVIOUR. What the client says is written to AGENT_LOG.
"""
import json
import os
import signal
import sys
import time

MODES = {"availableModes": [{"id": "build", "name": "Build"}, {"id": "plan", "name": "Plan"}],
         "currentModeId": "build"}
SESSION = "session-1"
#: What it says that it can do with sessions of before: "fork", "resume", "load", or nothing.
REOPENS = os.environ.get("AGENT_REOPENS", "")
log = open(os.environ["AGENT_LOG"], "a") if "AGENT_LOG" in os.environ else None
before = os.environ.get("AGENT_BEHAVIOUR", "")
next_id = 1000
pending = []


def raw(text):
    sys.stdout.write(text)
    sys.stdout.flush()


def send(message):
    raw(json.dumps({"jsonrpc": "2.0", **message}) + "\n")


def answer(request, result):
    send({"id": request["id"], "result": result})


def fail(request, code, message, data=None):
    error = {"code": code, "message": message}
    if data is not None:
        error["data"] = data
    send({"id": request["id"], "error": error})


def update(what, session=None, **fields):
    send({"method": "session/update",
          "params": {"sessionId": session or SESSION, "update": {"sessionUpdate": what, **fields}}})


def say(text, kind="agent_message_chunk", **fields):
    update(kind, content={"type": "text", "text": text}, **fields)


def receive():
    if pending:
        return pending.pop(0)
    return from_client()


def from_client():
    line = sys.stdin.readline()
    if not line:
        sys.exit(0)
    if log:
        log.write(line)
        log.flush()
    return json.loads(line)


def ask(method, params):
    """The client's answer to a request of ours; what else it says in between waits."""
    global next_id
    next_id += 1
    wanted = next_id
    send({"id": wanted, "method": method, "params": params})
    while True:
        message = from_client()
        if message.get("id") == wanted and "method" not in message:
            return message
        pending.append(message)


OPTIONS = [{"optionId": "always", "name": "Always", "kind": "allow_always"},
           {"optionId": "yes", "name": "Yes", "kind": "allow_once"},
           {"optionId": "no", "name": "No", "kind": "reject_once"},
           {"optionId": "never", "name": "Never", "kind": "reject_always"}]


def permission(tool_call, options=OPTIONS):
    result = ask("session/request_permission",
                 {"sessionId": SESSION, "toolCall": tool_call, "options": options})["result"]
    outcome = result["outcome"]
    return outcome.get("optionId", outcome["outcome"])


def end(request, reason="end_turn", **fields):
    answer(request, {"stopReason": reason, **fields})


def prompt(request):
    text = "".join(part.get("text", "") for part in request["params"]["prompt"])
    name, _, rest = text.partition(" ")
    if name == "chunks":
        for number in range(int(rest)):
            say(str(number) + ",")
        end(request)
    elif name == "thinks":
        say("let me see", kind="agent_thought_chunk")
        say("<think>hm</think>the answer")
        end(request)
    elif name == "messages":
        say("first ", messageId="a")
        say("message", messageId="a")
        update("tool_call", toolCallId="t", title="Read notes.md", kind="read", status="pending")
        update("tool_call_update", toolCallId="t", title="Read notes.md", status="completed")
        say("second", messageId="b")
        end(request)
    elif name == "subagent":
        say("not the answer", session="session-2")
        say("the answer")
        end(request)
    elif name == "noise":
        raw("npm warn: something\n{\n[1,2]\nnull\n\n")
        send({"id": 4711, "result": {"stopReason": "end_turn"}})
        send({"id": "abc", "result": {}})
        send({"id": 1, "result": {"protocolVersion": 9}})
        send({"method": "_vendor/news", "params": {}})
        update("of_a_later_version", anything=1)
        unknown = [ask(method, {"sessionId": SESSION, "path": "/etc/passwd"})["error"]["code"]
                   for method in ("fs/read_text_file", "terminal/create", "_vendor/ask")]
        say(json.dumps(unknown))
        end(request)
    elif name == "late":
        end(request)
        say("too late")
    elif name == "permission":
        say(permission(json.loads(rest)))
        end(request)
    elif name == "renames":
        update("tool_call", toolCallId="t", title="Edit", kind="edit")
        say(permission({"toolCallId": "t", "title": "Edit", "kind": "read"}))
        end(request)
    elif name == "options":
        say(permission({"toolCallId": "t", "kind": "read"}, json.loads(rest)))
        end(request)
    elif name == "storm":
        outcomes = {}
        for number in range(int(rest)):
            outcome = permission({"toolCallId": str(number), "kind": "execute"})
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
        say(json.dumps(outcomes))
        end(request)
    elif name == "deaf":
        for number in range(200000):
            send({"id": number, "method": "session/request_permission",
                  "params": {"sessionId": SESSION, "toolCall": {}, "options": OPTIONS}})
        time.sleep(300)
    elif name == "half":
        say("the beginning")
        raw('{"jsonrpc":"2.0","method":"session/upd')
        sys.exit(int(rest))
    elif name == "talks":
        for _ in range(int(rest)):
            say("x" * (1 << 20))
        end(request)
    elif name == "long-line":
        update("tool_call_update", toolCallId="t", rawOutput="x" * (17 << 20))
        say("done")
        end(request)
    elif name == "leaves-mode":
        update("current_mode_update", currentModeId="build")
        say("now I write")
        time.sleep(300)
    elif name == "stop":
        say("so far")
        end(request, rest)
    elif name == "windows":
        update("usage_update", used=5, size=100, _meta={"_claude/rateLimit": json.loads(rest)})
        say("the answer")
        end(request)
    elif name == "usage":
        update("usage_update", used=5, size=100, cost={"amount": 0.25, "currency": "USD"})
        say("counted")
        end(request, **json.loads(rest))
    elif name == "works-then-fails":
        update("tool_call", toolCallId="t", title="Read", kind="read")
        fail(request, -32603, "something else")
    elif name == "error":
        code, _, message = rest.partition(" ")
        fail(request, int(code), "Internal error", {"details": message})
    elif name == "title-with-key":
        update("tool_call", toolCallId="t", title="curl " + os.environ["TEST_KEY"], kind="execute")
        say("done")
        end(request)
    elif name == "environment":
        say(json.dumps({name: os.environ.get(name) for name in rest.split()}))
        end(request)
    elif name == "cancellable":
        say("working")
        while receive().get("method") != "session/cancel":
            pass
        if log:
            log.write("the turn was cancelled\n")
            log.flush()
        end(request, "cancelled")
    else:
        say("you said: ")
        say(text)
        end(request)


def configured(chosen):
    return [{"id": "agent-mode", "name": "Mode", "category": "mode", "type": "select",
             "currentValue": chosen, "options": [{"value": "build", "name": "Build"},
                                                 {"value": "plan", "name": "Plan"}]},
            {"id": "model", "name": "Model", "category": "model", "type": "select",
             "currentValue": "m1", "options": [{"group": "g", "name": "G", "options": [
                 {"value": "m1", "name": "M1"}, {"value": "m2", "name": "M2"}]}]}]


def earlier_cost():
    update("usage_update", used=5, size=100, cost={"amount": 0.10, "currency": "USD"})


def reopen(request):
    """Goes on in a session of before; who loads one repeats what was said and what it cost."""
    global SESSION
    SESSION = request["params"]["sessionId"]
    if before == "forgets":
        fail(request, -32002, "Resource not found", {"details": "no such session: " + SESSION})
        return
    if before == "dies-loading":
        sys.exit(1)
    if request["method"] == "session/load":
        say("an earlier prompt", kind="user_message_chunk")
        say("an earlier answer")
        update("tool_call", toolCallId="old", title="An earlier tool", kind="execute")
        earlier_cost()
    if before == "tells-cost-of-original":
        earlier_cost()
    result = {"modes": {**MODES, "currentModeId": "plan" if before == "left-read-only" else "build"}}
    if before == "no-modes":
        result = {}
    if request["method"] == "session/fork":
        SESSION = result["sessionId"] = SESSION + "-fork"
    answer(request, result)
    if before == "tells-cost-of-copy":
        earlier_cost()


def main():
    if before == "ends":
        sys.stderr.write("no home directory")
        sys.exit(3)
    if before == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    while True:
        request = receive()
        method = request.get("method")
        if method == "initialize" and before == "never-initializes":
            sys.stderr.write("open the page to log in")
            sys.stderr.flush()
        elif method == "initialize":
            answer(request, {"protocolVersion": int(os.environ.get("AGENT_VERSION", "1")),
                             "agentCapabilities": {
                                 "loadSession": REOPENS == "load",
                                 "sessionCapabilities": {REOPENS: {}} if REOPENS in ("fork", "resume") else {},
                                 **json.loads(os.environ.get("AGENT_CAN", "{}"))},
                             "authMethods": [{"id": "browser", "name": "Log in"}]})
        elif method == "authenticate":
            answer(request, {})
        elif method == "session/new":
            if before == "unreachable":
                fail(request, -32603, "fetch failed")
                continue
            if before == "login":
                fail(request, -32000, "Authentication required")
                continue
            say("[MODE_UPDATE] build")
            result = {"sessionId": SESSION}
            if before == "options":
                result["configOptions"] = configured("build")
            elif before == "efforts":
                result["modes"] = MODES
                result["configOptions"] = [
                    {"id": "thinking", "name": "Thinking", "category": "thought_level",
                     "type": "select", "currentValue": "medium",
                     "options": [{"value": level, "name": level}
                                 for level in ("low", "medium", "high")]}]
            elif before != "no-modes":
                result["modes"] = MODES
            answer(request, result)
        elif method in ("session/load", "session/resume", "session/fork"):
            reopen(request)
        elif method == "session/set_mode":
            update("current_mode_update", currentModeId=request["params"]["modeId"])
            say("[MODE_UPDATE] " + request["params"]["modeId"])
            answer(request, {})
        elif method == "session/set_config_option":
            answer(request, {"configOptions": configured(request["params"]["value"])
                             if request["params"]["configId"] == "agent-mode" else []})
        elif method == "session/prompt":
            prompt(request)


if __name__ == "__main__":
    main()
