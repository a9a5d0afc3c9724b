/* The floor: the least that can be done with an upload and still call it received.
 *
 * One HTTP/1.1 POST, one multipart body whose last part is the file. The part head is looked for once, Content-Length
 * says where the file ends. Received in one thread, hashed (SHA-256) in a second, written in a third with O_DIRECT in
 * blocks of 4 MiB; then fsync, rename, fsync of the folder, 201 with size and digest. A body that fits one block of
 * 64 KiB is received, hashed and written in place. No routing, no limits, no database: nobody should run this.
 *
 * usage: floor PORT FOLDER
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BLOCK = 4 << 20, SMALL = 64 << 10, RING = 4, HEAD = 16 << 10, PAGE = 4096 };

static const char *folder;
static int folder_fd;
static atomic_ulong names;

struct upload {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    unsigned char *ring;
    size_t lengths[RING];
    unsigned long filled, hashed, written; /* blocks, ever growing; a slot is free when both have passed it */
    int done, failed, out;
    EVP_MD_CTX *digest;
};

static int write_all(int fd, const unsigned char *data, size_t length) {
    while (length) {
        ssize_t n = write(fd, data, length);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return -1;
        data += n, length -= (size_t)n;
    }
    return 0;
}

static int write_block(int fd, const unsigned char *data, size_t length) {
    size_t aligned = length & ~(size_t)(PAGE - 1);
    if (aligned && write_all(fd, data, aligned)) {
        if (errno != EINVAL) return -1;
        if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_DIRECT) || write_all(fd, data, aligned)) return -1;
    }
    if (length == aligned) return 0;
    /* Only the last block has a tail that does not fill a page, and O_DIRECT takes whole pages. */
    if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_DIRECT)) return -1;
    return write_all(fd, data + aligned, length - aligned);
}

static void *stage(struct upload *up, unsigned long *mine, int hashing) {
    for (;;) {
        pthread_mutex_lock(&up->lock);
        while (*mine == up->filled && !up->done) pthread_cond_wait(&up->moved, &up->lock);
        if (*mine == up->filled) {
            pthread_mutex_unlock(&up->lock);
            return NULL;
        }
        unsigned long slot = *mine % RING;
        size_t length = up->lengths[slot];
        pthread_mutex_unlock(&up->lock);
        const unsigned char *data = up->ring + slot * BLOCK;
        int bad = hashing ? !EVP_DigestUpdate(up->digest, data, length) : write_block(up->out, data, length);
        pthread_mutex_lock(&up->lock);
        ++*mine;
        up->failed |= bad;
        pthread_cond_broadcast(&up->moved);
        pthread_mutex_unlock(&up->lock);
    }
}
static void *hash_stage(void *up) { return stage(up, &((struct upload *)up)->hashed, 1); }
static void *write_stage(void *up) { return stage(up, &((struct upload *)up)->written, 0); }

static size_t receive(int sock, unsigned char *into, size_t length) {
    size_t got = 0;
    while (got < length) {
        ssize_t n = recv(sock, into + got, length - got, MSG_WAITALL);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        got += (size_t)n;
    }
    return got;
}

/* Large body: `got` bytes of the file are in `first` already, `rest` more come. */
static int take_large(int sock, int out, EVP_MD_CTX *digest, const unsigned char *first, size_t got, size_t rest) {
    struct upload up = {.lock = PTHREAD_MUTEX_INITIALIZER, .moved = PTHREAD_COND_INITIALIZER, .out = out, .digest = digest};
    pthread_t hasher, writer;
    up.ring = mmap(NULL, (size_t)RING * BLOCK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (up.ring == MAP_FAILED) return -1;
    memcpy(up.ring, first, got);
    pthread_create(&hasher, NULL, hash_stage, &up);
    pthread_create(&writer, NULL, write_stage, &up);
    while (rest || got) {
        unsigned long slot = up.filled % RING;
        pthread_mutex_lock(&up.lock);
        while (up.filled - up.hashed >= RING || up.filled - up.written >= RING) pthread_cond_wait(&up.moved, &up.lock);
        pthread_mutex_unlock(&up.lock);
        size_t want = rest < BLOCK - got ? rest : BLOCK - got;
        size_t came = receive(sock, up.ring + slot * BLOCK + got, want);
        pthread_mutex_lock(&up.lock);
        up.failed |= came != want;
        up.lengths[slot] = got + came;
        up.filled++;
        pthread_cond_broadcast(&up.moved);
        pthread_mutex_unlock(&up.lock);
        rest -= came, got = 0;
        if (up.failed) break;
    }
    pthread_mutex_lock(&up.lock);
    up.done = 1;
    pthread_cond_broadcast(&up.moved);
    pthread_mutex_unlock(&up.lock);
    pthread_join(hasher, NULL);
    pthread_join(writer, NULL);
    munmap(up.ring, (size_t)RING * BLOCK);
    return up.failed ? -1 : 0;
}

static int take(int sock, unsigned char *buffer, size_t have, size_t length, const char *tail, size_t tail_length) {
    char temporary[4096], final[4096], digest_hex[65], body[128], answer[256];
    unsigned char digest[EVP_MAX_MD_SIZE], end[128];
    unsigned long name = atomic_fetch_add(&names, 1);
    snprintf(temporary, sizeof temporary, "%s/%lu.part", folder, name);
    snprintf(final, sizeof final, "%s/%lu", folder, name);
    int large = length > SMALL, flags = O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC;
    int out = open(temporary, flags | (large ? O_DIRECT : 0), 0600);
    if (out < 0 && errno == EINVAL) out = open(temporary, flags, 0600);
    if (out < 0) return -1;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_DigestInit_ex(context, EVP_sha256(), NULL);
    int bad;
    if (large) {
        bad = take_large(sock, out, context, buffer, have, length - have) || receive(sock, end, tail_length) != tail_length;
    } else {
        size_t missing = have < length + tail_length ? length + tail_length - have : 0;
        bad = receive(sock, buffer + have, missing) != missing;
        memcpy(end, buffer + length, tail_length);
        bad = bad || !EVP_DigestUpdate(context, buffer, length) || write_all(out, buffer, length);
    }
    bad = bad || memcmp(end, tail, tail_length) || fsync(out);
    EVP_DigestFinal_ex(context, digest, NULL);
    EVP_MD_CTX_free(context);
    close(out);
    if (bad || rename(temporary, final) || fsync(folder_fd)) {
        unlink(temporary);
        return -1;
    }
    for (int i = 0; i < 32; i++) snprintf(digest_hex + 2 * i, 3, "%02x", digest[i]);
    int body_length = snprintf(body, sizeof body, "{\"size_bytes\":%zu,\"sha256\":\"%s\"}", length, digest_hex);
    int answer_length = snprintf(answer, sizeof answer,
        "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", body_length, body);
    return send(sock, answer, (size_t)answer_length, MSG_NOSIGNAL) == answer_length ? 0 : -1;
}

/* One request: 0 when another may follow on this connection. */
static int serve(int sock, unsigned char *buffer) {
    size_t got = 0;
    unsigned char *head_end = NULL, *part = NULL, *file = NULL;
    while (!file) {
        if (got == HEAD) return -1;
        ssize_t n = recv(sock, buffer + got, HEAD - got, 0);
        if (n <= 0) return -1;
        got += (size_t)n;
        buffer[got] = 0;
        if (!head_end && !(head_end = memmem(buffer, got, "\r\n\r\n", 4))) continue;
        part = memmem(head_end, got - (size_t)(head_end - buffer), "filename=", 9);
        file = part ? memmem(part, got - (size_t)(part - buffer), "\r\n\r\n", 4) : NULL;
    }
    *head_end = 0;
    char *said = strcasestr((char *)buffer, "\r\ncontent-length:"), *mark = strstr((char *)buffer, "boundary=");
    if (!said || !mark) return -1;
    size_t body = strtoull(said + 17, NULL, 10);
    char tail[128];
    int mark_length = (int)strcspn(mark + 9, "\r\n; ");
    size_t tail_length = (size_t)snprintf(tail, sizeof tail, "\r\n--%.*s--\r\n", mark_length, mark + 9);
    file += 4;
    size_t before = (size_t)(file - (head_end + 4)), have = got - (size_t)(file - buffer);
    if (tail_length >= sizeof tail || body < before + tail_length) return -1;
    size_t length = body - before - tail_length;
    memmove(buffer, file, have);
    return take(sock, buffer, have, length, tail, tail_length);
}

static void *connection(void *argument) {
    int sock = (int)(long)argument, on = 1;
    setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    unsigned char *buffer = malloc(SMALL + HEAD + 1024);
    while (buffer && serve(sock, buffer) == 0) continue;
    free(buffer);
    close(sock);
    return NULL;
}

int main(int count, char **arguments) {
    if (count != 3) return fprintf(stderr, "usage: floor PORT FOLDER\n"), 2;
    folder = arguments[2];
    folder_fd = open(folder, O_RDONLY | O_DIRECTORY);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(arguments[1]))};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (folder_fd < 0 || bind(listener, (struct sockaddr *)&at, sizeof at) || listen(listener, 128)) return perror("floor"), 1;
    for (;;) {
        pthread_t thread;
        int sock = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (sock < 0) continue;
        if (pthread_create(&thread, NULL, connection, (void *)(long)sock)) close(sock);
        else pthread_detach(thread);
    }
}
