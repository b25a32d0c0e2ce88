/*
 * A peer of the ENet C library, driven line by line: the other side of the interoperability tests and of
 * the latency benchmark. One process is one host on 127.0.0.1, server and client at once.
 *
 * Each line on stdin is a command, answered in order by one line on stdout: "ok [values]" or "error why".
 * P is a peer's index. Kinds: reliable, unreliable, unsequenced, unreliable-fragment.
 *
 *   open PORT PEERS CHANNELS                     ok PORT        (0: any port)
 *   connect PORT CHANNELS DATA                   ok P
 *   send P CHANNEL KIND SIZE SEED COUNT          ok ACCEPTED    (contents from SEED, SEED+1, ...)
 *   echo on|off                                  ok             (return what arrives, same channel and kind)
 *   checksum on|off                              ok             (CRC-32 in every datagram)
 *   mtu BYTES                                    ok             (for connections to come)
 *   disconnect|disconnect-now|disconnect-later P DATA   ok
 *   timeout P LIMIT MINIMUM MAXIMUM              ok             (milliseconds)
 *   throttle P INTERVAL ACCELERATION DECELERATION   ok
 *   bandwidth INCOMING OUTGOING                  ok             (bytes per second)
 *   pause | resume                               ok             (whether the network is served at all)
 *   interval MS                                  ok             (longest sleep between two services)
 *   state P                                      ok STATE CHANNELS MTU WINDOW RTT VARIANCE THROTTLE
 *   measure P CHANNEL SIZE COUNT MINIMUM MAXIMUM SEED   ok MS ...
 *       Round trips of COUNT reliable messages to an echoing peer, MINIMUM to MAXIMUM ms between two sends.
 *   quit                                         ok
 *
 * What happens on the network is told in between, by lines of its own:
 *
 *   connected P CHANNELS DATA
 *   disconnected P DATA
 *   received P CHANNEL KIND LENGTH HASH          (FNV-1a of the contents, 8 hexadecimal digits)
 *
 * The process ends on "quit" and when stdin ends, so that it never outlives the test that started it.
 */
#define _POSIX_C_SOURCE 200809L

#include "host.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAXIMUM_LINE 512
#define MAXIMUM_WORDS 16
#define DEFAULT_INTERVAL_MS 5

static bool paused;
static bool finished;
static int interval_ms = DEFAULT_INTERVAL_MS;

static uint32_t number(const char *word) {
  return (uint32_t)strtoul(word, NULL, 10);
}

static ENetPeer *peer_at(const char *word) {
  uint32_t index = number(word);
  return host != NULL && index < host->peerCount ? &host->peers[index] : NULL;
}

static bool is_on(const char *word) {
  return strcmp(word, "on") == 0;
}

static void ok(void) {
  printf("ok\n");
}

static void fail(const char *why) {
  printf("error %s\n", why);
}

static void command_open(char **words) {
  ENetAddress address = {.port = (enet_uint16)number(words[1])};
  enet_address_set_host_ip(&address, "127.0.0.1");
  if (host != NULL) {
    fail("already open");
    return;
  }
  host = enet_host_create(&address, number(words[2]), number(words[3]), 0, 0);
  if (host == NULL || enet_socket_get_address(host->socket, &address) != 0) {
    fail("cannot open the host");
    return;
  }
  printf("ok %u\n", address.port);
}

static void command_connect(char **words) {
  ENetAddress address = {.port = (enet_uint16)number(words[1])};
  ENetPeer *peer;
  enet_address_set_host_ip(&address, "127.0.0.1");
  peer = enet_host_connect(host, &address, number(words[2]), number(words[3]));
  if (peer == NULL)
    fail("no peer is free");
  else
    printf("ok %d\n", index_of(peer));
}

static void command_send(char **words) {
  ENetPeer *peer = peer_at(words[1]);
  enet_uint8 channel = (enet_uint8)number(words[2]);
  uint32_t size = number(words[4]);
  uint32_t seed = number(words[5]);
  uint32_t count = number(words[6]);
  uint32_t accepted = 0;
  enet_uint32 flags;
  if (peer == NULL || !parse_kind(words[3], &flags)) {
    fail("no such peer or kind");
    return;
  }
  for (uint32_t i = 0; i < count; i++) {
    ENetPacket *packet = enet_packet_create(NULL, size, flags);
    if (packet != NULL)
      fill(packet->data, size, seed + i);
    if (queue(peer, channel, packet))
      accepted++;
  }
  printf("ok %" PRIu32 "\n", accepted);
}

static void command_echo(char **words) {
  echoing = is_on(words[1]);
  ok();
}

static void command_checksum(char **words) {
  host->checksum = is_on(words[1]) ? enet_crc32 : NULL;
  ok();
}

static void command_mtu(char **words) {
  host->mtu = number(words[1]);
  for (size_t i = 0; i < host->peerCount; i++) {
    if (host->peers[i].state == ENET_PEER_STATE_DISCONNECTED)
      host->peers[i].mtu = host->mtu;
  }
  ok();
}

static void with_peer(char **words, void (*act)(ENetPeer *, char **)) {
  ENetPeer *peer = peer_at(words[1]);
  if (peer == NULL) {
    fail("no such peer");
    return;
  }
  act(peer, words);
}

static void disconnect(ENetPeer *peer, char **words) {
  enet_peer_disconnect(peer, number(words[2]));
  ok();
}

static void disconnect_now(ENetPeer *peer, char **words) {
  enet_peer_disconnect_now(peer, number(words[2]));
  ok();
}

static void disconnect_later(ENetPeer *peer, char **words) {
  enet_peer_disconnect_later(peer, number(words[2]));
  ok();
}

static void set_timeout(ENetPeer *peer, char **words) {
  enet_peer_timeout(peer, number(words[2]), number(words[3]), number(words[4]));
  ok();
}

static void configure_throttle(ENetPeer *peer, char **words) {
  enet_peer_throttle_configure(peer, number(words[2]), number(words[3]), number(words[4]));
  ok();
}

static void tell_state(ENetPeer *peer, char **words) {
  (void)words;
  printf("ok %d %zu %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32 "\n", (int)peer->state,
         peer->channelCount, peer->mtu, peer->windowSize, peer->roundTripTime, peer->roundTripTimeVariance,
         peer->packetThrottle);
}

static void measure_peer(ENetPeer *peer, char **words) {
  if (!measure(peer, (enet_uint8)number(words[2]), number(words[3]), (int)number(words[4]),
               strtod(words[5], NULL), strtod(words[6], NULL), number(words[7])))
    fail("cannot measure: too many samples, or the peer is gone");
}

static void command_disconnect(char **words) {
  with_peer(words, disconnect);
}

static void command_disconnect_now(char **words) {
  with_peer(words, disconnect_now);
}

static void command_disconnect_later(char **words) {
  with_peer(words, disconnect_later);
}

static void command_timeout(char **words) {
  with_peer(words, set_timeout);
}

static void command_throttle(char **words) {
  with_peer(words, configure_throttle);
}

static void command_state(char **words) {
  with_peer(words, tell_state);
}

static void command_measure(char **words) {
  with_peer(words, measure_peer);
}

static void command_bandwidth(char **words) {
  enet_host_bandwidth_limit(host, number(words[1]), number(words[2]));
  ok();
}

static void command_pause(char **words) {
  (void)words;
  paused = true;
  ok();
}

static void command_resume(char **words) {
  (void)words;
  paused = false;
  ok();
}

static void command_interval(char **words) {
  interval_ms = (int)number(words[1]);
  ok();
}

static void command_quit(char **words) {
  (void)words;
  finished = true;
  ok();
}

static const struct {
  const char *name;
  int words;
  bool needs_host;
  void (*run)(char **words);
} commands[] = {
  {"open", 4, false, command_open},
  {"connect", 4, true, command_connect},
  {"send", 7, true, command_send},
  {"echo", 2, true, command_echo},
  {"checksum", 2, true, command_checksum},
  {"mtu", 2, true, command_mtu},
  {"disconnect", 3, true, command_disconnect},
  {"disconnect-now", 3, true, command_disconnect_now},
  {"disconnect-later", 3, true, command_disconnect_later},
  {"timeout", 5, true, command_timeout},
  {"throttle", 5, true, command_throttle},
  {"bandwidth", 3, true, command_bandwidth},
  {"pause", 1, true, command_pause},
  {"resume", 1, true, command_resume},
  {"interval", 2, false, command_interval},
  {"state", 2, true, command_state},
  {"measure", 8, true, command_measure},
  {"quit", 1, false, command_quit},
};

static void run_command(char *line) {
  char *words[MAXIMUM_WORDS];
  int count = 0;
  for (char *word = strtok(line, " \t\r"); word != NULL && count < MAXIMUM_WORDS; word = strtok(NULL, " \t\r"))
    words[count++] = word;
  if (count == 0)
    return;
  for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
    if (strcmp(commands[i].name, words[0]) != 0)
      continue;
    if (commands[i].words != count)
      fail("wrong number of words");
    else if (commands[i].needs_host && host == NULL)
      fail("open the host first");
    else
      commands[i].run(words);
    return;
  }
  fail("unknown command");
}

/* Runs every whole line that has arrived. */
static void read_commands(void) {
  static char buffer[MAXIMUM_LINE];
  static size_t used;
  char *end;
  ssize_t got = read(STDIN_FILENO, buffer + used, sizeof buffer - used);
  if (got < 0 && errno == EINTR)
    return;
  if (got <= 0) {
    finished = true;
    return;
  }
  used += (size_t)got;
  while (!finished && (end = memchr(buffer, '\n', used)) != NULL) {
    size_t line = (size_t)(end - buffer) + 1;
    *end = '\0';
    run_command(buffer);
    used -= line;
    memmove(buffer, buffer + line, used);
  }
  if (used == sizeof buffer) {
    fail("line too long");
    used = 0;
  }
}

int main(void) {
  setvbuf(stdout, NULL, _IOFBF, 1 << 16);
  if (enet_initialize() != 0) {
    fprintf(stderr, "ENet does not initialize\n");
    return EXIT_FAILURE;
  }
  while (!finished) {
    bool serving = host != NULL && !paused;
    struct pollfd ready[2] = {
      {.fd = STDIN_FILENO, .events = POLLIN},
      {.fd = serving ? host->socket : -1, .events = POLLIN},
    };
    fflush(stdout);
    if (poll(ready, 2, serving ? interval_ms : -1) < 0 && errno != EINTR) {
      perror("poll");
      return EXIT_FAILURE;
    }
    if (ready[0].revents != 0)
      read_commands();
    if (host != NULL && !paused)
      serve();
  }
  fflush(stdout);
  if (host != NULL)
    enet_host_destroy(host);
  enet_deinitialize();
  return EXIT_SUCCESS;
}
