"""The floor of a call: the shim's own gRPC client against a server that only echoes.

    python3 echo_client.py SHIM_DIR SERVER_PID PORT CALLS WIDTH BYTES

Encodes StartCall and decodes CallDone as the shim does, makes no other use of them, and prints one
JSON document.
"""

import asyncio
import json
import sys
import time

from process_figures import cpu_ms, latency_figures, prompts


async def measure(server_pid, port, calls, width, size):
    from agent_workflows._client import Coordinator, open_stream
    from agent_workflows._wire import decode_to_shim, encode_from_shim

    loop = asyncio.get_running_loop()
    waiting, latencies = {}, []

    def on_message(payload):
        _, values = decode_to_shim(payload)
        waiting.pop(values["call_ref"]).set_result(len(values["result"]["text"]))

    def on_end(end):
        for future in waiting.values():
            future.set_exception(ConnectionError(str(end)))

    async def call(ref, prompt):
        start = time.perf_counter()
        waiting[ref] = loop.create_future()
        values = {"call_ref": ref, "prompt": prompt, "isolation": "none"}
        stream.send(encode_from_shim("start_call", values))
        if await waiting[ref] != size:
            raise ValueError("the echo is not what was sent")
        latencies.append(time.perf_counter() - start)

    async def work(numbered):
        for ref, prompt in numbered:
            await call(ref, prompt)

    stream = await open_stream(Coordinator("127.0.0.1", port, "echo"), "Run", on_message, on_end)
    numbered = iter(list(enumerate(prompts("echo", calls, size), 1)))
    java_before = cpu_ms(server_pid)
    python_before, start = time.process_time(), time.perf_counter()
    await asyncio.gather(*[asyncio.create_task(work(numbered)) for _ in range(width)])
    seconds = time.perf_counter() - start
    python_ms = (time.process_time() - python_before) * 1000
    java_after = cpu_ms(server_pid)
    stream.close()
    return {
        "java_cpu_ms": None if java_before is None else java_after - java_before,
        "python_cpu_ms": python_ms,
        **latency_figures(latencies, seconds),
    }


if __name__ == "__main__":
    sys.path.append(sys.argv[1])
    print(json.dumps(asyncio.run(measure(*(int(argument) for argument in sys.argv[2:])))))
