// The web view. Markup comes from the coordinator, which escapes every value; this script puts it in its place.
'use strict';

(() => {
  const policy = window.trustedTypes
    ? trustedTypes.createPolicy('fragments', { createHTML: html => html })
    : { createHTML: html => html };
  const $ = selector => document.querySelector(selector);
  const view = $('#view');
  const head = $('#head');
  const link = $('#link');

  const fragment = html => {
    const template = document.createElement('template');
    template.innerHTML = policy.createHTML(html);
    return template.content;
  };

  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  // --- The token: it comes after the # of the address, which browsers send to nobody, and stays in this tab.

  const TOKEN = 'owf-token';

  const takeToken = () => {
    const given = /^#token=([\w-]+)$/.exec(location.hash);
    if (given) {
      sessionStorage.setItem(TOKEN, given[1]);
      history.replaceState(null, '', '#/');
    }
  };

  const ask = (path, options = {}) => fetch(path, {
    cache: 'no-store',
    ...options,
    headers: { Authorization: 'Bearer ' + (sessionStorage.getItem(TOKEN) || '') },
  });

  const why = async answer => {
    if (answer.status === 401) {
      return 'The token is missing or wrong. Open the address that was printed when the web view was started; it is another one after each start.';
    }
    const told = await answer.json().catch(() => ({}));
    return told.error || 'The coordinator answered ' + answer.status + '.';
  };

  const trouble = text => element('p', { className: 'panel trouble', role: 'alert' }, text);

  const state = (name, text) => {
    link.dataset.state = name;
    if (link.textContent !== text) link.textContent = text;
  };

  // --- A feed: one request that goes on; when it breaks or falls silent, another one, which tells everything anew.

  /** The coordinator writes something every 8 seconds. */
  const SILENCE = 20_000;
  /** A connection that is made is answered at once. */
  const NO_ANSWER = 10_000;

  const read = async (answer, heard, tell) => {
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return false;
      heard();
      let from = Math.max(0, text.length - 1);
      text += value;
      for (let end; (end = text.indexOf('\n\n', from)) >= 0; from = 0) {
        const event = text.slice(0, end);
        text = text.slice(end + 2);
        if (event.startsWith('event: end')) return true;
        if (event.startsWith('data: ')) tell(JSON.parse(event.slice(6)));
      }
    }
  };

  const readOnce = async (topics, signal, tell) => {
    const attempt = new AbortController();
    const stop = () => attempt.abort();
    signal.addEventListener('abort', stop);
    let timer = setTimeout(stop, NO_ANSWER);
    const heard = () => {
      clearTimeout(timer);
      timer = setTimeout(stop, SILENCE);
      tell({ beat: true });
    };
    try {
      const answer = await ask('/api/feed?' + topics.join('&'), { signal: attempt.signal });
      if (!answer.ok) {
        const text = await why(answer);
        if (answer.status < 500) tell({ refused: text });
        return answer.status < 500;
      }
      heard();
      tell({ live: true });
      return await read(answer, heard, news => tell({ news }));
    } catch (broken) {
      return signal.aborted;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  };

  const feed = async (topics, signal, tell) => {
    let pause = 500;
    const told = message => {
      if (signal.aborted) return;
      if (message.live) pause = 500;
      tell(message);
    };
    while (!signal.aborted && !await readOnce(topics, signal, told)) {
      told({ lost: true });
      await new Promise(resume => setTimeout(resume, pause));
      pause = Math.min(pause * 2, 8_000);
    }
  };

  // --- One feed for all tabs of this browser, which has six connections for a host. The tab that holds a lock
  // reads it and tells the others; hidden tabs want nothing. Where a browser has no locks, each tab has its own.

  const TAB = String(Math.random()).slice(2);

  class Tabs {
    constructor() {
      this.mine = null; // What this tab shows.
      this.wanted = new Map(); // What each tab wants, where this one reads the feed.
      this.name = '';
      document.addEventListener('visibilitychange', () => document.hidden ? this.rest() : this.begin());
      addEventListener('pagehide', () => this.rest());
      addEventListener('pageshow', event => event.persisted && this.begin());
    }

    /** Shows one topic from now on. */
    show(topic, tell) {
      this.mine = { topic, tell };
      this.begin();
    }

    begin() {
      if (!this.mine || document.hidden) return;
      this.join();
      if (this.reading) {
        this.want(TAB, this.mine.topic);
      } else {
        this.say({ tab: TAB, want: this.mine.topic });
        this.contend(false);
        this.listen();
      }
    }

    /** Tabs with another token, or none, are told nothing. */
    join() {
      const name = 'owf ' + (sessionStorage.getItem(TOKEN) || TAB);
      if (name === this.name) return;
      this.rest();
      this.channel?.close();
      this.name = name;
      this.shared = Boolean(window.BroadcastChannel && navigator.locks);
      this.channel = this.shared ? new BroadcastChannel(name) : null;
      this.channel?.addEventListener('message', event => this.hear(event.data));
    }

    say(message) {
      this.channel?.postMessage(message);
    }

    contend(steal) {
      if (!this.shared) {
        this.lead();
        return;
      }
      if (this.contending && !steal) return;
      this.contending?.abort();
      const contending = new AbortController();
      this.contending = contending;
      navigator.locks
        .request(this.name, steal ? { steal } : { signal: contending.signal }, () => contending.signal.aborted ? undefined : this.lead())
        .catch(() => {
          // Given up, or taken by a tab that heard nothing from this one.
          if (this.contending === contending && !contending.signal.aborted) {
            this.contending = null;
            this.stop();
            this.begin();
          }
        });
    }

    /** Reads the feed until this tab is hidden. */
    lead() {
      clearTimeout(this.quiet);
      this.reading = true;
      this.wanted.clear();
      this.want(TAB, this.mine.topic);
      this.say({ who: true });
      return new Promise(resign => { this.resign = resign; });
    }

    stop() {
      clearTimeout(this.soon);
      this.feed?.abort();
      this.reading = false;
      this.resign?.();
    }

    rest() {
      clearTimeout(this.quiet);
      this.say({ tab: TAB, want: null });
      this.contending?.abort();
      this.contending = null;
      this.stop();
    }

    /** Who comes new needs everything, so the feed begins anew; once, where many come at a time. */
    want(tab, topic) {
      if (topic) this.wanted.set(tab, topic);
      else this.wanted.delete(tab);
      if (!topic) return;
      clearTimeout(this.soon);
      this.soon = setTimeout(() => {
        this.feed?.abort();
        this.feed = new AbortController();
        const topics = [...new Set(this.wanted.values())].slice(0, 32);
        feed(topics, this.feed.signal, message => {
          this.say(message);
          this.deliver(message);
        });
      }, 50);
    }

    hear(message) {
      if (message.tab) {
        if (this.reading) this.want(message.tab, message.want);
      } else if (!this.reading && this.mine && !document.hidden) {
        this.listen();
        if (message.who) this.say({ tab: TAB, want: this.mine.topic });
        else this.deliver(message);
      }
    }

    /** A tab that reads the feed and says nothing, not even that it is lost, hangs: another one takes over. */
    listen() {
      clearTimeout(this.quiet);
      if (!this.shared || this.reading) return;
      this.quiet = setTimeout(() => {
        if (!this.mine || document.hidden || this.reading) return;
        state('lost', 'connection lost, trying again');
        this.contend(true);
      }, SILENCE + 5_000);
    }

    deliver(message) {
      if (!this.mine) return;
      if (message.live) state('live', 'live');
      if (message.lost) state('lost', 'connection lost, trying again');
      if (message.refused) this.refuse(message.refused);
      for (const about of message.news || []) {
        if (about.topic !== this.mine?.topic) continue;
        if (about.trouble) this.refuse(about.trouble);
        if (about.news) this.mine.tell(about.news);
        if (about.end) this.end('ended');
      }
    }

    refuse(text) {
      head.replaceChildren();
      view.replaceChildren(trouble(text));
      this.end('lost');
    }

    /** This tab needs nothing more; the others may. */
    end(how) {
      state(how, '');
      this.mine = null;
      clearTimeout(this.quiet);
      if (this.reading) this.wanted.delete(TAB);
      else this.rest();
    }
  }

  const tabs = new Tabs();

  // --- All runs.

  const showRuns = () => {
    document.title = 'Agent Workflows';
    head.replaceChildren();
    const list = element('section', {}, element('p', { className: 'note' }, 'Looking…'));
    view.replaceChildren(element('h1', {}, 'Runs'), list);
    tabs.show('runs', news => list.replaceChildren(fragment(news.html)));
  };

  // --- One run.

  class RunPage {
    constructor(id) {
      this.id = id;
      this.parts = new Map();
      this.lines = new Map();
      this.last = 0;
      this.words = '';
      this.search = element('input', { type: 'search', className: 'search', placeholder: 'Label, phase or model' });
      this.search.setAttribute('aria-label', 'Show calls with these words');
      this.search.addEventListener('input', () => this.filter());
      this.cancel = element('button', { type: 'button', className: 'danger', hidden: true }, 'End the run');
      this.cancel.addEventListener('click', () => this.askToEnd());
      // What the run asks its people stands here, before everything else.
      this.questions = element('div', { id: 'questions' });
      this.questions.setAttribute('aria-live', 'polite');
      this.questions.addEventListener('click', event => this.answer(event.target.closest('button')));
      head.replaceChildren();
      view.replaceChildren(this.questions);
    }

    tell(news) {
      // Of a feed that began before this page: the one that begins for it brings everything.
      const known = part => part.html !== undefined || part.id === 'head' || this.parts.has(part.id);
      if (!news.parts.every(known)) return;
      const names = [];
      for (const part of news.parts) {
        if (part.html !== undefined) this.part(part.id, part.html);
        if (part.id !== 'head' && part.id !== 'tiles') names.push(part.id);
      }
      for (const [id, place] of this.parts) {
        if (!news.parts.some(part => part.id === id)) {
          place.remove();
          this.parts.delete(id);
        }
      }
      this.order(news.parts.map(part => part.id));
      if (news.questions !== undefined) this.questions.replaceChildren(fragment(news.questions));
      this.calls(news.calls);
      this.cancel.hidden = !news.cancellable;
      this.contents(names);
      document.title = (head.querySelector('h1')?.textContent || this.id) + ' · Agent Workflows';
    }

    part(id, html) {
      const fresh = fragment(html);
      if (id === 'head') {
        fresh.querySelector('header').append(element('div', { className: 'actions' }, this.cancel));
        head.replaceChildren(fresh);
        return;
      }
      const old = this.parts.get(id);
      const made = fresh.firstElementChild;
      if (id === 'calls') {
        if (old) return this.callFilters(old, made);
        made.querySelector('.callhead').before(this.search);
      }
      if (old) {
        const open = [...old.querySelectorAll('details[open]')].map(details => details.dataset.call);
        for (const details of made.querySelectorAll('details')) {
          if (details.dataset.call && open.includes(details.dataset.call)) details.open = true;
        }
        old.replaceWith(made);
      } else {
        view.append(made);
      }
      this.parts.set(id, made);
    }

    /** The lines stay, and so does what the reader has chosen. */
    callFilters(old, made) {
      const chosen = old.querySelector('.filters :checked')?.id;
      const fresh = made.querySelector('.filters');
      old.querySelector('.filters')?.remove();
      if (fresh) {
        old.querySelector('h2').after(fresh);
        const again = chosen && fresh.querySelector('#' + CSS.escape(chosen));
        if (again) again.checked = true;
      }
      old.querySelector('.calls').className = made.querySelector('.calls').className;
    }

    order(ids) {
      let before = this.questions;
      for (const id of ids) {
        const place = this.parts.get(id);
        if (place && before.nextElementSibling !== place) before.after(place);
        before = place || before;
      }
    }

    contents(names) {
      const place = $('.parts-of');
      if (place.dataset.names === names.join()) return;
      place.dataset.names = names.join();
      place.replaceChildren(...names.map(name => element('a', { href: '#' + name }, $('#h-' + CSS.escape(name)).textContent)));
    }

    calls(calls) {
      const place = this.parts.get('calls')?.querySelector('.calls');
      if (!place || !calls.length) return;
      const added = document.createDocumentFragment();
      // All at once: ten thousand small pieces of markup take seconds to read one by one.
      const made = [...fragment(calls.map(call => call.html).join('')).children];
      for (const [i, call] of calls.entries()) {
        const line = made[i];
        const old = this.lines.get(call.index);
        this.lines.set(call.index, line);
        line.classList.toggle('off', !this.matches(line));
        if (old) {
          this.replace(old, line);
        } else if (call.index > this.last) {
          this.last = call.index;
          added.append(line);
        } else {
          place.append(added);
          const later = [...this.lines.keys()].filter(index => index > call.index).sort((a, b) => a - b)[0];
          place.insertBefore(line, this.lines.get(later));
        }
      }
      place.append(added);
    }

    replace(old, line) {
      const focused = old.contains(document.activeElement);
      if (old.open) {
        line.querySelector('.body').replaceChildren(...old.querySelector('.body').childNodes);
        line.open = true; // Which has its text asked for again.
      }
      old.replaceWith(line);
      if (focused) line.querySelector('summary').focus();
    }

    matches(line) {
      const text = line.querySelector('summary').textContent.toLowerCase();
      return this.words.split(/\s+/).every(word => text.includes(word));
    }

    filter() {
      this.words = this.search.value.trim().toLowerCase();
      for (const line of this.lines.values()) line.classList.toggle('off', !this.matches(line));
    }

    async answer(button) {
      if (!button) return;
      const buttons = button.parentElement.querySelectorAll('button');
      for (const each of buttons) each.disabled = true;
      const answer = await ask('/api/runs/' + this.id + '/' + button.value + '?' + button.dataset.question, { method: 'POST' });
      if (!answer.ok) {
        for (const each of buttons) each.disabled = false;
        this.questions.append(trouble(await why(answer)));
      }
    }

    askToEnd() {
      const dialog = $('#sure');
      dialog.onclick = async event => {
        const button = event.target.closest('button');
        if (!button) return;
        dialog.close();
        if (button.value !== 'yes') return;
        this.cancel.disabled = true;
        this.cancel.textContent = 'Ending…';
        const answer = await ask('/api/runs/' + this.id + '/cancel', { method: 'POST' });
        if (!answer.ok) {
          this.cancel.disabled = false;
          this.cancel.textContent = 'End the run';
          this.questions.after(trouble(await why(answer)));
        }
      };
      dialog.showModal();
    }
  }

  const showRun = id => {
    const page = new RunPage(id);
    tabs.show(id, news => page.tell(news));
  };

  // --- What unfolds asks for what it holds.

  const fill = async (place, path) => {
    const answer = await ask(path);
    place.replaceChildren(answer.ok ? fragment(await answer.text()) : trouble(await why(answer)));
  };

  document.addEventListener('toggle', event => {
    const details = event.target;
    if (!details.open || !details.dataset?.call) return;
    const call = '/api/calls/' + encodeURIComponent(details.dataset.call);
    if (details.classList.contains('call')) {
      fill(details.querySelector('.body'), call);
    } else if (details.classList.contains('change')) {
      fill(details.querySelector('.diff-of'), call + '/diff');
    }
  }, true);

  // Links within the page: what follows the # of the address names a view.
  document.addEventListener('click', event => {
    const anchor = event.target.closest?.('a');
    const target = anchor?.getAttribute('href') || '';
    if (!target.startsWith('#') || target.startsWith('#/')) return;
    event.preventDefault();
    const place = document.getElementById(target.slice(1));
    if (!place) return;
    const details = place.closest('details');
    if (details) details.open = true;
    (details || place).scrollIntoView({ block: 'start' });
    (details ? details.querySelector('summary') : place).focus({ preventScroll: true });
  });

  // --- Which view is shown.

  const route = () => {
    takeToken();
    $('.parts-of').replaceChildren();
    delete $('.parts-of').dataset.names;
    const run = /^#\/run\/(\w+)$/.exec(location.hash);
    if (run) showRun(run[1]);
    else showRuns();
    scrollTo(0, 0);
  };
  addEventListener('hashchange', route);
  route();
})();
