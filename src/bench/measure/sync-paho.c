/*
 * The same drain with Eclipse Paho C: publishes the lines of a file with QoS 1, a window at a time, and ends when the
 * broker has acknowledged all of them. Built and run by sync-drain.ts.
 *
 *   sync-paho <address> <window> <topic> <file>
 */
#include <MQTTAsync.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int connected = 0;
static int in_flight = 0;
static int failed = 0;

static void note(int *counter, int by, int failure) {
  pthread_mutex_lock(&lock);
  *counter += by;
  failed |= failure;
  pthread_cond_signal(&changed);
  pthread_mutex_unlock(&lock);
}

static void on_connected(void *context, MQTTAsync_successData *data) {
  (void)context;
  (void)data;
  note(&connected, 1, 0);
}

static void on_acknowledged(void *context, MQTTAsync_successData *data) {
  (void)context;
  (void)data;
  note(&in_flight, -1, 0);
}

static void on_failed(void *context, MQTTAsync_failureData *data) {
  (void)context;
  (void)data;
  note(&in_flight, -1, 1);
}

static int wait_below(int *counter, int limit) {
  pthread_mutex_lock(&lock);
  while (*counter >= limit && !failed) pthread_cond_wait(&changed, &lock);
  int ok = !failed;
  pthread_mutex_unlock(&lock);
  return ok;
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  const int window = atoi(argv[2]);
  FILE *file = fopen(argv[4], "r");
  if (file == NULL || window < 1) return 2;

  MQTTAsync client;
  MQTTAsync_create(&client, argv[1], "paho-drain", MQTTCLIENT_PERSISTENCE_NONE, NULL);
  MQTTAsync_connectOptions connect = MQTTAsync_connectOptions_initializer;
  connect.cleansession = 1;
  connect.maxInflight = window;
  connect.onSuccess = on_connected;
  connect.onFailure = on_failed;
  if (MQTTAsync_connect(client, &connect) != MQTTASYNC_SUCCESS) return 1;
  pthread_mutex_lock(&lock);
  while (!connected && !failed) pthread_cond_wait(&changed, &lock);
  pthread_mutex_unlock(&lock);

  char *line = NULL;
  size_t capacity = 0;
  ssize_t length;
  while (!failed && (length = getline(&line, &capacity, file)) > 0) {
    if (!wait_below(&in_flight, window)) break;
    MQTTAsync_responseOptions response = MQTTAsync_responseOptions_initializer;
    response.onSuccess = on_acknowledged;
    response.onFailure = on_failed;
    note(&in_flight, 1, 0);
    if (line[length - 1] == '\n') length -= 1;
    if (MQTTAsync_send(client, argv[3], (int)length, line, 1, 0, &response) != MQTTASYNC_SUCCESS) failed = 1;
  }
  wait_below(&in_flight, 1);
  return failed ? 1 : 0;
}
