import Overview from './screens/overview/Overview.svelte';
import Machine from './screens/machine/Machine.svelte';
