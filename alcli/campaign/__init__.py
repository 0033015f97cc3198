"""What several commands share: where the disk, the plug-ins and the pure core meet."""
