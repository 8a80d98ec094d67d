// Opens a page in headless Chromium, does there what a test says, and tells what the browser saw.
// Standard input: {"library", "chromium", "url", "scheme", "script", "args"}; standard output: one JSON document.
const request = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const { chromium } = require(request.library);

(async () => {
  // Root, as which CI often runs, has no sandbox to give.
  const args = process.getuid() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath: request.chromium, args, timeout: 30_000 });
  const seen = { result: null, complaints: [], requests: [], trouble: null };
  try {
    const context = await browser.newContext({ colorScheme: request.scheme, viewport: { width: 1280, height: 900 } });
    context.setDefaultTimeout(20_000);
    context.on('request', sent => seen.requests.push(sent.method() + ' ' + sent.url()));
    context.on('console', message => seen.complaints.push(message.type() + ': ' + message.text()));
    context.on('weberror', error => seen.complaints.push('error: ' + error.error()));
    context.on('dialog', dialog => { seen.complaints.push('dialog: ' + dialog.message()); dialog.dismiss(); });
    const page = await context.newPage();
    await page.goto(request.url);
    const body = new (Object.getPrototypeOf(async () => {}).constructor)('page', 'context', 'args', 'require', request.script);
    seen.result = (await body(page, context, request.args, require)) ?? null;
  } catch (error) {
    seen.trouble = String(error.stack || error);
  } finally {
    await browser.close();
  }
  process.stdout.write(JSON.stringify(seen));
})();
