"""Feeds that are pulled from other servers: files by SFTP, FTP and S3, mails by IMAP."""
