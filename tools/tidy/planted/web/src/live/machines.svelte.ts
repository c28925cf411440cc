import { socket } from '../wire/socket';
import tile from '../parts/Tile.svelte';
