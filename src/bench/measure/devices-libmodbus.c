/*
 * The same poll with libmodbus: reads the discrete inputs of one device again and again and prints the time of each
 * round trip in microseconds, one a line. Built and run by devices.ts.
 *
 *   devices-libmodbus <address> <port> <rounds> <inputs>
 */
#include <modbus.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now_us(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

int main(int count, char **values) {
  if (count != 5) return 2;
  int rounds = atoi(values[3]);
  int inputs = atoi(values[4]);
  uint8_t bits[256];
  modbus_t *device = modbus_new_tcp(values[1], atoi(values[2]));
  if (device == NULL || inputs < 1 || inputs > 256) return 2;
  modbus_set_slave(device, 1);
  if (modbus_connect(device) != 0) return 1;
  for (int round = 0; round < rounds; round++) {
    double began = now_us();
    if (modbus_read_input_bits(device, 0, inputs, bits) != inputs) return 1;
    printf("%.1f\n", now_us() - began);
  }
  modbus_close(device);
  modbus_free(device);
  return 0;
}
