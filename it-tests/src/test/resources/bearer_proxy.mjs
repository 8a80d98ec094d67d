// Passes requests on with a token: the conformance suite can't send one.
import http from 'node:http';

const [target, token] = process.argv.slice(2);
const { hostname, port } = new URL(target);

http
  .createServer((request, answer) => {
    const headers = { ...request.headers, authorization: `Bearer ${token}` };
    const passed = http.request(
      { hostname, port, path: request.url, method: request.method, headers },
      (response) => {
        answer.writeHead(response.statusCode, response.headers);
        response.pipe(answer);
      },
    );
    passed.on('error', () => answer.destroy());
    request.pipe(passed);
  })
  .listen(0, '127.0.0.1', function () {
    console.log(`listening on ${this.address().port}.`);
  });
