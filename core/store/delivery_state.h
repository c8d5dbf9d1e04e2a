/* The states of a delivery as its table has them: for the two files of core/store/deliveries.h alone. */
#ifndef CORE_STORE_DELIVERY_STATE_H
#define CORE_STORE_DELIVERY_STATE_H

enum delivery_state {
    DELIVERY_PENDING = 0,
    DELIVERY_DELIVERED = 1,
    DELIVERY_DEAD = 2,
    DELIVERY_HELD = 3,
    DELIVERY_RECALLED = 4
};

#endif
