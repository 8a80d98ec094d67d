"""Speaks the worker protocol with stock grpcio, in the place of a script's process.

    grpcio_driver.py DESCRIPTORS SCENE REPORT

Each scene writes what it saw to REPORT as JSON. Messages come from the packed descriptors, so
nothing here was generated.
"""

import hashlib
import json
import os
import queue
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

DESCRIPTORS, SCENE, REPORT = sys.argv[1:]
SERVICE = "/agentworkflows.v1.Coordinator/"
PACKAGE = "agentworkflows.v1."
LONG = json.dumps({"fake": {"delay_ms": 600000}})
IN_SECONDS = 30


def load_messages():
    files = descriptor_pb2.FileDescriptorSet()
    with open(DESCRIPTORS, "rb") as packed:
        files.ParseFromString(packed.read())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)

    def message(name):
        descriptor = pool.FindMessageTypeByName(PACKAGE + name)
        if hasattr(message_factory, "GetMessageClass"):
            return message_factory.GetMessageClass(descriptor)
        return message_factory.MessageFactory(pool).GetPrototype(descriptor)

    return message


message = load_messages()
FromShim, ToShim = message("FromShim"), message("ToShim")
channel = grpc.insecure_channel(os.environ["OWF_COORDINATOR"])
token = os.environ["OWF_RUN_TOKEN"]


def bearer(value):
    return [("authorization", f"Bearer {value}")]


class Stream:
    """One Run stream: messages go out when they are sent, answers are read one by one."""

    def __init__(self, metadata):
        self._outgoing = queue.Queue()
        method = channel.stream_stream(
            SERVICE + "Run",
            request_serializer=FromShim.SerializeToString,
            response_deserializer=ToShim.FromString,
        )
        self.call = method(iter(self._outgoing.get, None), metadata=metadata, timeout=IN_SECONDS)

    def send(self, **field):
        self._outgoing.put(FromShim(**field))

    def end(self):
        self._outgoing.put(None)

    def receive(self, kind):
        answer = next(self.call)
        assert answer.WhichOneof("message") == kind, answer
        return getattr(answer, kind)

    def code(self):
        """Reads on to the end, and tells how it came."""
        try:
            for _ in self.call:
                pass
        except grpc.RpcError:
            pass
        return self.call.code().name


def open_run(version=1):
    path = os.path.abspath("driven.py")
    with open(path, "rb") as script:
        digest = hashlib.sha256(script.read()).hexdigest()
    return {
        "protocol_version": version,
        "client": "grpcio-driver",
        "script_path": path,
        "script_sha256": digest,
        "meta": {"name": "driven", "description": "By stock grpcio."},
    }


def unary(method, request, reply, metadata):
    call = channel.unary_unary(
        SERVICE + method,
        request_serializer=type(request).SerializeToString,
        response_deserializer=reply.FromString,
    )
    return call(request, metadata=metadata, timeout=IN_SECONDS)


def whole_run():
    stream = Stream(bearer(token))
    stream.send(open_run=open_run())
    opened = stream.receive("run_opened")
    stream.send(append_event={"type": "log", "message": "opening"})
    slow = json.dumps({"fake": {"delay_ms": 300}})
    stream.send(start_call={"call_ref": 11, "prompt": b"slow", "label": "first", "isolation": "none", "metadata_json": slow})
    stream.send(start_call={"call_ref": 12, "prompt": b"quick", "label": "second", "isolation": "none"})
    stream.send(start_call={"call_ref": 13, "prompt": b"never", "label": "third", "isolation": "none", "metadata_json": LONG})
    answers = [stream.receive("call_done"), stream.receive("call_done")]
    stream.send(append_event={"type": "log", "message": "halfway", "data_json": '{"n": 2}'})
    stream.send(cancel_call={"call_ref": 13})
    answers.append(stream.receive("call_done"))
    stream.send(start_call={"call_ref": 14, "prompt": b"x", "isolation": "none", "schema_json": '{"type": "spoon"}'})
    refused = stream.receive("call_refused")
    files = unary(
        "MakeCallFiles",
        message("MakeCallFilesRequest")(call_id=answers[1].result.call_id),
        message("CallFiles"),
        bearer(token),
    )
    with open(files.prompt_path, encoding="utf-8") as prompt:
        prompt_on_disk = prompt.read()
    stream.send(append_event={"type": "log", "message": "closing"})
    stream.send(close_run={"status": "done", "output_json": '{"by": "grpcio"}'})
    stream.receive("run_closed")
    assert stream.code() == "OK"
    return {
        "run_id": opened.run_id,
        "args": json.loads(opened.args_json),
        "answers": [[done.call_ref, done.result.status, done.result.text.decode()] for done in answers],
        "refused": refused.message,
        "files": prompt_on_disk,
        "spent_tokens": answers[1].budget.spent_tokens,
    }


def wrong_version():
    stream = Stream(bearer(token))
    stream.send(open_run=open_run(version=999))
    return {"code": stream.code(), "details": stream.call.details()}


def strangers():
    codes = []
    for metadata in ([], bearer(""), bearer(token[:-1] + "x"), [("authorization", token)]):
        stream = Stream(metadata)
        stream.send(open_run=open_run())
        codes.append(stream.code())
        stream.end()
    stream = Stream(bearer(token))
    stream.send(open_run=open_run())
    stream.receive("run_opened")
    stream.send(close_run={"status": "done", "output_json": "null"})
    stream.receive("run_closed")
    return codes + [stream.code()]


def nonsense():
    early = Stream(bearer(token))
    early.send(start_call={"call_ref": 1, "prompt": b"before OpenRun", "isolation": "none"})
    codes = [early.code()]
    twice = Stream(bearer(token))
    twice.send(open_run=open_run())
    twice.receive("run_opened")
    twice.send(open_run=open_run())
    return codes + [twice.code()]


with open(REPORT, "w", encoding="utf-8") as report:
    json.dump(globals()[SCENE](), report)
# grpcio reads requests on a thread of its own, which may still wait for one.
os._exit(0)
