/* Preloaded into the server: a disk that only says that it syncs. The control of tests/kill/power. */
int fsync(int file);
int fdatasync(int file);

int fsync(int file) { return file < 0 ? -1 : 0; }
int fdatasync(int file) { return file < 0 ? -1 : 0; }
