// A service of Restate with durable steps, one after the other or all at once. Answers with the milliseconds they took.
import * as http2 from "node:http2";
import * as restate from "@restatedev/restate-sdk";

// Node 20 has none yet.
Promise.withResolvers ??= function () {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
};

const payload = "x".repeat(1000);

const steps = restate.service({
  name: "steps",
  handlers: {
    sequential: async (ctx, count) => {
      const start = performance.now();
      for (let i = 0; i < count; i++) {
        await ctx.run(`step ${i}`, () => `${i} ${payload}`);
      }
      return performance.now() - start;
    },
    parallel: async (ctx, count) => {
      const start = performance.now();
      const all = [];
      for (let i = 0; i < count; i++) {
        all.push(ctx.run(`step ${i}`, () => `${i} ${payload}`));
      }
      await restate.RestatePromise.all(all);
      return performance.now() - start;
    },
  },
});

const handler = restate.createEndpointHandler({ services: [steps] });
http2.createServer(handler).listen(Number(process.argv[2]), "127.0.0.1");
