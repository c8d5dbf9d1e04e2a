#include "core/host/elf.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* libelf would read the same headers, but checks less of what matters here (that segments lie within the file)
 * and would be one more library in the prober. */

#if defined(__x86_64__)
enum { THIS_MACHINE = EM_X86_64 };
#elif defined(__aarch64__)
enum { THIS_MACHINE = EM_AARCH64 };
#elif defined(__riscv)
enum { THIS_MACHINE = EM_RISCV };
#elif defined(__powerpc64__)
enum { THIS_MACHINE = EM_PPC64 };
#else
#error "say here which ELF machine number this platform has"
#endif

/* A symbol table larger than this is no plugin's; it bounds what we allocate. */
enum { TABLE_SIZE_MAX = 64 * 1024 * 1024 };

struct elf_file {
    const char *path;
    int descriptor;
    uint64_t size;
    Elf64_Ehdr header;
};

static const struct {
    unsigned machine;
    const char *name;
} machines[] = {
    {EM_386, "32-bit x86"}, {EM_X86_64, "x86-64"}, {EM_ARM, "32-bit ARM"}, {EM_AARCH64, "ARM64"},
    {EM_RISCV, "RISC-V"},   {EM_PPC64, "POWER"},   {EM_S390, "IBM Z"},     {EM_MIPS, "MIPS"},
};

static const char *machine_name(unsigned machine)
{
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
        if (machines[i].machine == machine)
            return machines[i].name;
    return "an unknown machine";
}

static bool refuse(const struct elf_file *file, struct error *error, const char *why)
{
    return error_set(error, ERROR_INPUT, "%s: %s", file->path, why);
}

static bool is_within(const struct elf_file *file, uint64_t offset, uint64_t size)
{
    return offset <= file->size && size <= file->size - offset;
}

static bool refuse_truncated(const struct elf_file *file, const char *what, uint64_t offset, uint64_t size,
                             struct error *error)
{
    return error_set(error, ERROR_INPUT,
                     "%s: truncated: %s should end at byte %llu, the file has %llu; copy or build it again", file->path,
                     what, (unsigned long long)(offset + size), (unsigned long long)file->size);
}

static bool read_at(const struct elf_file *file, void *into, uint64_t offset, size_t size, struct error *error)
{
    char *bytes = into;
    while (size > 0) {
        ssize_t got = pread(file->descriptor, bytes, size, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set_errno(error, errno, "%s: cannot read", file->path);
        if (got == 0)
            return refuse(file, error, "truncated while it was being read");
        bytes += got;
        offset += (uint64_t)got;
        size -= (size_t)got;
    }
    return true;
}

/* A table of `size` bytes at `offset`, to be freed. */
static void *read_table(const struct elf_file *file, const char *what, uint64_t offset, uint64_t size,
                        struct error *error)
{
    if (size > TABLE_SIZE_MAX) {
        error_set(error, ERROR_LIMIT, "%s: %s is impossibly large (%llu bytes)", file->path, what,
                  (unsigned long long)size);
        return NULL;
    }
    if (!is_within(file, offset, size)) {
        refuse_truncated(file, what, offset, size, error);
        return NULL;
    }
    void *table = malloc(size ? (size_t)size : 1);
    if (!table) {
        error_set(error, ERROR_MEMORY, "%s: no memory to read %s", file->path, what);
        return NULL;
    }
    if (!read_at(file, table, offset, (size_t)size, error)) {
        free(table);
        return NULL;
    }
    return table;
}

static bool check_header(struct elf_file *file, struct error *error)
{
    Elf64_Ehdr *header = &file->header;
    if (file->size == 0)
        return refuse(file, error, "the file is empty");
    unsigned char magic[SELFMAG] = {0};
    if (!read_at(file, magic, 0, file->size < SELFMAG ? (size_t)file->size : SELFMAG, error))
        return false;
    if (memcmp(magic, ELFMAG, SELFMAG) != 0)
        return refuse(file, error, "not a shared object (it does not begin as an ELF file does)");
    if (file->size < sizeof *header)
        return refuse_truncated(file, "the ELF header", 0, sizeof *header, error);
    if (!read_at(file, header, 0, sizeof *header, error))
        return false;
    if (header->e_ident[EI_CLASS] != ELFCLASS64)
        return refuse(file, error, "a 32-bit object; build it for this 64-bit machine");
    if (header->e_ident[EI_DATA] != ELFDATA2LSB)
        return refuse(file, error, "a big-endian object; build it for this machine");
    if (header->e_machine != THIS_MACHINE)
        return error_set(error, ERROR_INPUT, "%s: built for %s (ELF machine %u), this host is %s; build it here",
                         file->path, machine_name(header->e_machine), header->e_machine, machine_name(THIS_MACHINE));
    if (header->e_type != ET_DYN)
        return refuse(file, error,
                      header->e_type == ET_REL ? "an object file (.o), not yet linked; link it with -shared"
                                               : "an ELF file, but no shared object; link it with -shared");
    return true;
}

static bool check_segments(const struct elf_file *file, struct error *error)
{
    const Elf64_Ehdr *header = &file->header;
    if (header->e_phnum == 0 || header->e_phentsize != sizeof(Elf64_Phdr))
        return refuse(file, error, "damaged: it has no program headers that can be read");
    Elf64_Phdr *segments = read_table(file, "the program header table", header->e_phoff,
                                      (uint64_t)header->e_phnum * sizeof *segments, error);
    if (!segments)
        return false;
    bool is_dynamic = false, is_loadable = false, is_good = true;
    for (size_t i = 0; is_good && i < header->e_phnum; i++) {
        const Elf64_Phdr *segment = &segments[i];
        is_dynamic = is_dynamic || segment->p_type == PT_DYNAMIC;
        is_loadable = is_loadable || segment->p_type == PT_LOAD;
        if (segment->p_type == PT_LOAD && segment->p_memsz < segment->p_filesz)
            is_good = refuse(file, error, "damaged: a segment is larger in the file than in memory");
        else if ((segment->p_type == PT_LOAD || segment->p_type == PT_DYNAMIC) &&
                 !is_within(file, segment->p_offset, segment->p_filesz))
            is_good = refuse_truncated(file, "a loadable segment", segment->p_offset, segment->p_filesz, error);
    }
    free(segments);
    if (is_good && (!is_dynamic || !is_loadable))
        return refuse(file, error, "damaged: nothing in it can be loaded dynamically");
    return is_good;
}

static bool has_symbol(const Elf64_Sym *symbols, size_t symbol_count, const char *names, size_t names_size,
                       const char *wanted)
{
    for (size_t i = 0; i < symbol_count; i++) {
        const Elf64_Sym *symbol = &symbols[i];
        unsigned binding = ELF64_ST_BIND(symbol->st_info);
        if (symbol->st_shndx == SHN_UNDEF || (binding != STB_GLOBAL && binding != STB_WEAK) ||
            symbol->st_name >= names_size)
            continue;
        const char *name = names + symbol->st_name;
        size_t rest = names_size - symbol->st_name;
        if (strnlen(name, rest) < rest && strcmp(name, wanted) == 0)
            return true;
    }
    return false;
}

static bool check_symbol_section(const struct elf_file *file, const Elf64_Shdr *sections, size_t section,
                                 const char *symbol, struct error *error)
{
    const Elf64_Shdr *table = &sections[section];
    if (table->sh_link >= file->header.e_shnum || table->sh_entsize != sizeof(Elf64_Sym))
        return refuse(file, error, "damaged: its symbol table cannot be read");
    const Elf64_Shdr *names_section = &sections[table->sh_link];
    Elf64_Sym *symbols = read_table(file, "the symbol table", table->sh_offset, table->sh_size, error);
    char *names =
        symbols ? read_table(file, "the symbol names", names_section->sh_offset, names_section->sh_size, error) : NULL;
    bool is_found = names && has_symbol(symbols, (size_t)table->sh_size / sizeof *symbols, names,
                                        (size_t)names_section->sh_size, symbol);
    bool is_read = names != NULL;
    free(symbols);
    free(names);
    if (is_read && !is_found)
        return error_set(
            error, ERROR_INPUT,
            "%s: does not export %s(), so it is no Entente plugin (or it was built with that symbol hidden: "
            "mark it ENT_EXPORT)",
            file->path, symbol);
    return is_found;
}

static bool check_sections(const struct elf_file *file, const char *symbol, struct error *error)
{
    const Elf64_Ehdr *header = &file->header;
    if (header->e_shoff == 0 || header->e_shnum == 0)
        return true;
    if (header->e_shentsize != sizeof(Elf64_Shdr))
        return refuse(file, error, "damaged: its section headers cannot be read");
    Elf64_Shdr *sections = read_table(file, "the section header table", header->e_shoff,
                                      (uint64_t)header->e_shnum * sizeof *sections, error);
    if (!sections)
        return false;
    bool is_good = true;
    for (size_t i = 0; is_good && i < header->e_shnum; i++) {
        const Elf64_Shdr *section = &sections[i];
        if (section->sh_type != SHT_NULL && section->sh_type != SHT_NOBITS &&
            !is_within(file, section->sh_offset, section->sh_size))
            is_good = refuse_truncated(file, "a section", section->sh_offset, section->sh_size, error);
        else if (section->sh_type == SHT_DYNSYM)
            is_good = check_symbol_section(file, sections, i, symbol, error);
    }
    free(sections);
    return is_good;
}

bool elf_check(const char *path, const char *symbol, struct error *error)
{
    struct elf_file file = {.path = path, .descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (file.descriptor < 0)
        return error_set_errno(error, errno, "%s: cannot open", path);
    struct stat status;
    bool is_good = fstat(file.descriptor, &status) == 0;
    if (!is_good)
        error_set_errno(error, errno, "%s: cannot read its size", path);
    else if (!S_ISREG(status.st_mode))
        is_good =
            refuse(&file, error, S_ISDIR(status.st_mode) ? "a folder, not a shared object" : "not a regular file");
    if (is_good) {
        file.size = (uint64_t)status.st_size;
        is_good = check_header(&file, error) && check_segments(&file, error) && check_sections(&file, symbol, error);
    }
    close(file.descriptor);
    return is_good;
}

/* ---- what it imports and exports ---- */

struct symbol_walk {
    void (*each)(void *context, const struct elf_symbol *symbol);
    void *context;
};

static bool walk_symbols(const struct elf_file *file, const Elf64_Shdr *table, const Elf64_Shdr *names_section,
                         const struct symbol_walk *walk, struct error *error)
{
    Elf64_Sym *symbols = read_table(file, "the symbol table", table->sh_offset, table->sh_size, error);
    char *names =
        symbols ? read_table(file, "the symbol names", names_section->sh_offset, names_section->sh_size, error) : NULL;
    for (size_t i = 1; names && i < (size_t)table->sh_size / sizeof *symbols; i++) {
        unsigned binding = ELF64_ST_BIND(symbols[i].st_info);
        if ((binding != STB_GLOBAL && binding != STB_WEAK) || symbols[i].st_name >= names_section->sh_size)
            continue;
        const char *name = names + symbols[i].st_name;
        size_t rest = (size_t)names_section->sh_size - symbols[i].st_name;
        if (strnlen(name, rest) < rest)
            walk->each(walk->context,
                       &(struct elf_symbol){name, symbols[i].st_shndx == SHN_UNDEF, binding == STB_WEAK});
    }
    bool is_read = names != NULL;
    free(symbols);
    free(names);
    return is_read;
}

bool elf_each_symbol(const char *path, void (*each)(void *context, const struct elf_symbol *symbol), void *context,
                     struct error *error)
{
    struct symbol_walk walk = {each, context};
    struct elf_file file = {.path = path, .descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    struct stat status;
    if (file.descriptor < 0 || fstat(file.descriptor, &status) != 0) {
        error_set_errno(error, errno, "%s: cannot open", path);
        if (file.descriptor >= 0)
            close(file.descriptor);
        return false;
    }
    file.size = (uint64_t)status.st_size;
    bool is_good = check_header(&file, error);
    uint64_t count = is_good && file.header.e_shoff != 0 ? file.header.e_shnum : 0;
    Elf64_Shdr *sections =
        count > 0 ? read_table(&file, "the section header table", file.header.e_shoff, count * sizeof *sections, error)
                  : NULL;
    is_good = is_good && (count == 0 || sections);
    for (size_t i = 0; is_good && i < count; i++)
        if (sections[i].sh_type == SHT_DYNSYM && sections[i].sh_link < count)
            is_good = walk_symbols(&file, &sections[i], &sections[sections[i].sh_link], &walk, error);
    free(sections);
    close(file.descriptor);
    return is_good;
}

bool elf_wants_executable_stack(const char *path)
{
    struct elf_file file = {.path = path, .descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    struct stat status;
    bool wants = false;
    Elf64_Phdr *segments = NULL;
    if (file.descriptor >= 0 && fstat(file.descriptor, &status) == 0) {
        file.size = (uint64_t)status.st_size;
        if (check_header(&file, NULL))
            segments = read_table(&file, "the program header table", file.header.e_phoff,
                                  (uint64_t)file.header.e_phnum * sizeof *segments, NULL);
    }
    for (size_t i = 0; segments && i < file.header.e_phnum; i++)
        wants = wants || (segments[i].p_type == PT_GNU_STACK && (segments[i].p_flags & PF_X));
    free(segments);
    if (file.descriptor >= 0)
        close(file.descriptor);
    return wants;
}
