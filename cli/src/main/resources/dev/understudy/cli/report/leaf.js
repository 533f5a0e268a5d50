// Leafing: filters over all frames of frames.js, told by the address (#class=wall&below=0.5&page=2), and keys.
'use strict';
(() => {
  const root = document.documentElement;
  const perPage = Number(root.dataset.perPage);
  const captions = JSON.parse(root.dataset.captions);
  const main = document.querySelector('main');
  const form = document.querySelector('form');
  const where = document.querySelector('.where');
  const blank = document.querySelector('template').content.firstElementChild;
  const links = [...document.querySelectorAll('nav a')];
  const own = {cards: [...main.children], where: where.textContent, hrefs: links.map(link => link.getAttribute('href'))};

  function card([number, id, value, classes, facts, pictures]) {
    const made = blank.cloneNode(true);
    made.id = 'f' + number;
    made.dataset.classes = classes.join(' ');
    if (value !== null) {
      made.dataset.value = value;
    }
    made.querySelector('h2').textContent = id;
    const told = made.querySelector('.facts');
    told.replaceChildren(...[...value === null ? [] : [root.dataset.measure + ' ' + value], ...facts].map(fact => {
      const part = document.createElement('span');
      part.textContent = fact;
      return part;
    }));
    for (const figure of made.querySelectorAll('figure')) {
      const caption = figure.dataset.caption;
      if (!pictures.includes(captions.indexOf(caption))) {
        figure.remove();
        continue;
      }
      const folder = String(Math.floor(number / 1000)).padStart(3, '0');
      const name = String(number).padStart(6, '0') + '-' + caption.replace(/[^A-Za-z0-9-]/g, '_') + '.jpg';
      const file = 'pictures/' + folder + '/' + name;
      figure.querySelector('a').href = file;
      figure.querySelector('img').src = file;
      figure.querySelector('img').alt = caption + ' of ' + id;
    }
    return made;
  }

  function leadTo(links, hrefs) {
    links.forEach((link, i) => hrefs[i] ? link.setAttribute('href', hrefs[i]) : link.removeAttribute('href'));
  }

  function show() {
    const asked = new URLSearchParams(location.hash.slice(1));
    const name = asked.get('class') || '';
    const below = asked.get('below') || '';
    if (form.elements['class']) {
      form.elements['class'].value = name;
    }
    if (form.elements.below) {
      form.elements.below.value = below;
    }
    if (!name && !below) {
      main.replaceChildren(...own.cards);
      where.textContent = own.where;
      leadTo(links, own.hrefs);
      return;
    }
    const index = CLASSES.indexOf(name);
    const found = FRAMES.filter(frame => (!name || frame[3].includes(index))
        && (!below || frame[2] !== null && frame[2] < Number(below)));
    const pages = Math.max(1, Math.ceil(found.length / perPage));
    const page = Math.min(Math.max(1, Number(asked.get('page')) || 1), pages);
    const at = number => {
      const address = new URLSearchParams(asked);
      address.set('page', number);
      return number < 1 || number > pages || number === page ? null : '#' + address;
    };
    main.replaceChildren(...found.slice((page - 1) * perPage, page * perPage).map(card));
    where.textContent = found.length + ' of ' + FRAMES.length + ' frames' + (name ? ' with ' + name : '')
        + (below ? ' below ' + below : '') + ', page ' + page + ' of ' + pages;
    leadTo(links, [at(page === 1 ? 0 : 1), at(page - 1), at(page + 1), at(page === pages ? 0 : pages)]);
    scrollTo(0, 0);
  }

  form.addEventListener('submit', event => event.preventDefault());
  form.addEventListener('change', () => {
    const asked = new URLSearchParams();
    for (const field of form.elements) {
      if (field.value) {
        asked.set(field.name, field.value);
      }
    }
    location.hash = String(asked);
  });
  const keys = {ArrowRight: 'next', n: 'next', ArrowLeft: 'prev', p: 'prev', Home: 'first', End: 'last'};
  document.addEventListener('keydown', event => {
    if (keys[event.key] && !event.ctrlKey && !event.altKey && !event.metaKey && !event.target.closest('form')) {
      const link = links.find(each => each.rel === keys[event.key]);
      if (link.hasAttribute('href')) {
        event.preventDefault();
        link.click();
      }
    }
  });
  addEventListener('hashchange', show);
  form.hidden = false;
  show();
})();
