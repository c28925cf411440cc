import './styles/tokens.css';
import './styles/tokens_more.css';
import './styles/tokens_pens.css';
import './styles/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { Live } from './live/live.svelte';
import { Page } from './live/page.svelte';
import { Place } from './live/place.svelte';
import { Preferences } from './live/preferences.svelte';
import { browser_outside } from './wire/live';

const target = document.getElementById('page');
if (target === null) throw new Error('index.html has no element "page" to draw into');
const page = new Page(new Live(browser_outside(), localStorage), new Place(), new Preferences(localStorage, navigator.language));
if (page.place.where.screen !== 'sign_in') page.live.start();
mount(App, { target, props: { page } });
